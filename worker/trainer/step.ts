import type { LayersModel, Scalar, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import { softmaxCrossEntropy } from '../engine/ops.ts';
import type { DeviceData } from './device-data.ts';
import { forward, logitLayers, poolingFirst } from './forward.ts';
import { type Adam, adamCoefficients } from './optimizer.ts';

/** Executes training steps; how is up to it. */
export interface TrainingStep {
  /** Forward, backward, Adam: one step. The outcome stays on the device; the caller disposes it. */
  readonly run: (batch: StepBatch) => StepOutcome;
  readonly dispose: () => void;
}

export interface StepBatch {
  /** Into the data on the device. */
  readonly indices: Int32Array;
  readonly learningRate: number;
  /** Counted from 0 over all epochs. */
  readonly step: number;
}

export interface StepOutcome {
  /** Mean loss of the batch, before its update. */
  readonly loss: Scalar;
  /** How many images of the batch were classified correctly, before its update; int32. */
  readonly correct: Scalar;
}

/** All that one step reads from outside the device. */
export interface StepInputs {
  /** int32 [batch] */
  readonly indices: Tensor1D;
  /** int32 [2] */
  readonly seed: Tensor1D;
  /** See {@link adamCoefficients}. */
  readonly rate: Scalar;
  readonly epsilon: Scalar;
}

/**
 * One step as a function of tensors: everything that changes from step to step is an input or
 * part of the state, so the ops it runs can be recorded and replayed.
 */
export interface StepDefinition {
  readonly compute: (inputs: StepInputs) => StepOutcome;
  /** What lives on the device between steps: data, weights, moments. Variables among it change. */
  readonly state: readonly Tensor[];
}

export interface StepParts {
  readonly model: LayersModel;
  readonly data: DeviceData;
  readonly adam: Adam;
}

/** The parameters that training moves, in the model's order. */
export function parametersOf(model: LayersModel): Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as Variable);
}

export function defineStep(tf: TensorFlow, { model, data, adam }: StepParts): StepDefinition {
  const layers = poolingFirst(logitLayers(model));
  const parameters = parametersOf(model);
  const compute = ({ indices, seed, rate, epsilon }: StepInputs): StepOutcome => {
    const { pixels, labels } = data.gather(indices);
    let correct = tf.scalar(0, 'int32');
    const { value: loss, grads } = tf.variableGrads(() => {
      const logits = forward(layers, pixels, seed);
      // Kept, because the tape disposes everything but the loss.
      correct = tf.keep(tf.equal(tf.argMax(logits, 1), labels).sum());
      return softmaxCrossEntropy(tf, logits, labels).mean<Scalar>();
    }, parameters);
    adam.apply(
      parameters.map(({ name }) => grads[name] as Tensor),
      { rate, epsilon },
    );
    return { loss, correct };
  };
  const weights = model.weights.map((weight) => weight.read());
  return { compute, state: [data.images, data.labels, ...weights, ...adam.state] };
}

/** Runs the definition op by op: the meaning of a step, and what others are measured against. */
export function createEagerStep(
  tf: TensorFlow,
  definition: StepDefinition,
  { dropoutSeed }: { readonly dropoutSeed: number },
): TrainingStep {
  return {
    run: ({ indices, learningRate, step }) =>
      tf.tidy(() => {
        const { rate, epsilon } = adamCoefficients(learningRate, step);
        return {
          ...definition.compute({
            indices: tf.tensor1d(indices, 'int32'),
            seed: tf.tensor1d([dropoutSeed, step], 'int32'),
            rate: tf.scalar(rate),
            epsilon: tf.scalar(epsilon),
          }),
        };
      }),
    dispose: () => undefined,
  };
}
