import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import { hasOwnOps } from '../engine/own-ops.ts';
import { runOp } from '../engine/raw-op.ts';

/**
 * Adam (Kingma and Ba, ICLR 2015) as torch.optim.Adam does it with `weight_decay`: L2 is added to
 * the gradient of every parameter, ε to the root of the corrected second moment.
 *
 * The moments are kept without their factors 1 − β (m̃ = β₁·m̃ + g, ṽ = β₂·ṽ + g²); factors and
 * bias corrections are folded into the two numbers of {@link adamCoefficients}, computed in double
 * precision. That saves passes over the weights and changes nothing else.
 */

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export interface AdamCoefficients {
  /** What m̃ / (√ṽ + epsilon) is multiplied by. */
  readonly rate: number;
  readonly epsilon: number;
}

/** @param step - counted from 0 */
export function adamCoefficients(learningRate: number, step: number): AdamCoefficients {
  const first = (1 - BETA1) / (1 - BETA1 ** (step + 1));
  const second = Math.sqrt((1 - BETA2) / (1 - BETA2 ** (step + 1)));
  return { rate: (learningRate * first) / second, epsilon: EPSILON / second };
}

export interface Adam {
  /** The moments of each parameter, in the same order. */
  readonly slots: readonly { readonly first: Variable; readonly second: Variable }[];
  /** All of them: two per parameter. */
  readonly state: readonly Variable[];
  /** Moves the parameters against their gradients, given in the same order. */
  readonly apply: (
    gradients: readonly Tensor[],
    coefficients: { readonly rate: Scalar; readonly epsilon: Scalar },
  ) => void;
  readonly dispose: () => void;
}

export function createAdam(
  tf: TensorFlow,
  parameters: readonly Variable[],
  { weightDecay }: { readonly weightDecay: number },
): Adam {
  const slots = parameters.map((parameter) => ({
    parameter,
    first: zeros(tf, parameter),
    second: zeros(tf, parameter),
  }));
  const move = hasOwnOps(tf) ? moveAtOnce : moveStepByStep;
  const state = slots.flatMap(({ first, second }) => [first, second]);
  return {
    slots,
    state,
    apply: (gradients, { rate, epsilon }) => {
      for (const [index, { parameter, first, second }] of slots.entries()) {
        const slope = gradients[index];
        if (!slope) throw new RangeError(`no gradient for parameter ${parameter.name}`);
        const before = { parameter, first, second, slope };
        tf.tidy(() => {
          const after = move(tf, before, { rate, epsilon, weightDecay });
          first.assign(after.first);
          second.assign(after.second);
          parameter.assign(after.parameter);
        });
      }
    },
    dispose: () => tf.dispose(state),
  };
}

interface Moving {
  readonly parameter: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

type Move = (
  tf: TensorFlow,
  before: Moving & { readonly slope: Tensor },
  by: { readonly rate: Scalar; readonly epsilon: Scalar; readonly weightDecay: number },
) => Moving;

/** By one op of our own (kernels/adam.cc), in one pass over the memory. */
const moveAtOnce: Move = (tf, before, { rate, epsilon, weightDecay }) => {
  const attributes = {
    beta1: { float: BETA1 },
    beta2: { float: BETA2 },
    weight_decay: { float: weightDecay },
  };
  const inputs = [before.parameter, before.first, before.second, before.slope, rate, epsilon];
  const op = { inputs, attributes };
  const [parameter, first, second] = runOp(tf, 'FoldwiseAdam', op, 3) as [Tensor, Tensor, Tensor];
  return { parameter, first, second };
};

/** The same by ops that every device has. */
const moveStepByStep: Move = (_tf, before, { rate, epsilon, weightDecay }) => {
  const { parameter, slope } = before;
  const gradient = weightDecay === 0 ? slope : slope.add(parameter.mul(weightDecay));
  const first = before.first.mul(BETA1).add(gradient);
  const second = before.second.mul(BETA2).add(gradient.square());
  return {
    parameter: parameter.sub(first.div(second.sqrt().add(epsilon)).mul(rate)),
    first,
    second,
  };
};

const zeros = (tf: TensorFlow, like: Tensor): Variable =>
  tf.tidy(() => tf.variable(tf.zerosLike(like), false));
