import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../../shared/random.ts';
import { normPool } from '../../../../worker/engine/norm-pool.ts';
import { batchNormalization, type BatchStatistics, relu } from '../../../../worker/engine/ops.ts';
import { hasOwnOps } from '../../../../worker/engine/own-ops.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { type Case, type Outcome, pooledShape } from './reference.ts';

hasOwnOps(tf);

export type Sizes = Pick<Case, 'shape' | 'window'> & Partial<Pick<Case, 'relu' | 'epsilon'>>;

/** A case of numbers drawn by `seed`, any of which may be replaced. */
export function drawCase(sizes: Sizes, seed: number, given: Partial<Case> = {}): Case {
  const random = createRandom(seed, 'synthetic');
  const draw = (shape: readonly number[]) => {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    random.fillUniform(values, -1.7, 1.7);
    return values;
  };
  const channels = [sizes.shape[3]];
  return {
    ...{ relu: true, epsilon: 1e-3, ...sizes },
    ...{ x: draw(sizes.shape), gamma: draw(channels), beta: draw(channels) },
    dy: draw(pooledShape(sizes)),
    ...given,
  };
}

type Operation = (
  x: Tensor4D,
  gamma: Tensor1D,
  beta: Tensor1D,
  onStatistics: (statistics: BatchStatistics) => void,
) => Tensor;

const numbers = (tensor: Tensor): number[] => [...tensor.dataSync()];

function outcomeOf(of: Case, operation: Operation): Outcome {
  return tf.tidy(() => {
    const x = tf.tensor4d(of.x, [...of.shape]);
    const [gamma, beta] = [tf.tensor1d(of.gamma), tf.tensor1d(of.beta)];
    const dy = tf.tensor4d(of.dy, [...pooledShape(of)]);
    const seen: { mean: number[]; variance: number[] }[] = [];
    const { value, grads } = tf.valueAndGrads((...inputs: Tensor[]) =>
      operation(inputs[0] as Tensor4D, inputs[1] as Tensor1D, inputs[2] as Tensor1D, (found) =>
        seen.push({ mean: numbers(found.mean), variance: numbers(found.variance) }),
      ),
    )([x, gamma, beta], dy);
    const [dx, dgamma, dbeta] = grads.map(numbers) as [number[], number[], number[]];
    return { y: numbers(value), ...seen[0]!, dx, dgamma, dbeta };
  });
}

/** What the ops of our own make of a case. */
export function ours(of: Case): Outcome {
  const { epsilon, window, relu: isRelu } = of;
  return outcomeOf(of, (x, gamma, beta, onStatistics) =>
    normPool(tf, { x, gamma, beta, epsilon, window, relu: isRelu, onStatistics }),
  );
}

/** What TensorFlow's own ops make of it, one after the other. */
export function stock(of: Case): Outcome {
  const { epsilon, window } = of;
  return outcomeOf(of, (x, gamma, beta, onStatistics) => {
    const normalised = batchNormalization(tf, { x, gamma, beta, epsilon, onStatistics });
    const rectified = of.relu ? relu(tf, normalised) : normalised;
    return tf.maxPool(rectified, [...window], [...window], 'valid');
  });
}

const PARTS = ['y', 'mean', 'variance', 'dx', 'dgamma', 'dbeta'] as const;

/** What differs by more than `tolerance`, relative to the greatest of its numbers where above 1. */
export function differences(actual: Outcome, wanted: Outcome, tolerance = 1e-5): string[] {
  return PARTS.flatMap((part) => {
    const [a, b] = [actual[part], wanted[part]];
    if (a.length !== b.length) return [`${part}: ${a.length} numbers, not ${b.length}`];
    const most = tolerance * b.reduce((size, value) => Math.max(size, Math.abs(value)), 1);
    const index = a.findIndex((value, at) => !(Math.abs(value - b[at]!) <= most));
    return index < 0 ? [] : [`${part}[${index}]: ${a[index]}, not ${b[index]}`];
  });
}
