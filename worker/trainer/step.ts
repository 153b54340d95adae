import type { LayersModel, Scalar, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import { softmaxCrossEntropy } from '../engine/ops.ts';
import type { DeviceData } from './device-data.ts';
import type { Network } from './network.ts';
import type { Adam } from './optimizer.ts';
import { trainable } from './untrainable.ts';

/** Executes training steps; how is up to it. */
export interface TrainingStep {
  /** Forward, backward, Adam: one step. What came out stays on the device until it is taken. */
  readonly run: (batch: StepBatch) => Promise<void>;
  /** What the steps since the last time did. */
  readonly take: () => Promise<StepRecord>;
  /** Gives the model's weights, and all other state, the values that training has reached. */
  readonly store: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** Of some steps, in their order. */
export interface StepRecord {
  /** Mean loss of each batch, before its update. */
  readonly losses: readonly number[];
  /** How many images of each batch were classified correctly, before its update. */
  readonly corrects: readonly number[];
}

/** Outcomes are read from the device when this many have gathered, and at the end of an epoch. */
export const READ_EVERY = 1000;

export interface StepBatch {
  /** Into the data on the device. */
  readonly indices: Int32Array;
  readonly learningRate: number;
  /** Counted from 0 over all epochs. */
  readonly step: number;
}

export interface StepOutcome {
  /** Mean loss of the batch, before its update: cross-entropy and what regularizers add. */
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
  /** See `adamCoefficients` of optimizer.ts. */
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
  readonly network: Network;
  readonly data: DeviceData;
  readonly adam: Adam;
}

/** The parameters that training moves, in the model's order. */
export function parametersOf(model: LayersModel): Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as Variable);
}

/**
 * The step of a network: forward, loss, backward, Adam. A pure function of tensors: no chance but
 * the seed, and no value is read from the device.
 */
export function defineStep(tf: TensorFlow, { network, data, adam }: StepParts): StepDefinition {
  const { model } = network;
  const parameters = parametersOf(model);
  const compute = ({ indices, seed, rate, epsilon }: StepInputs): StepOutcome => {
    const { pixels, labels } = data.gather(indices);
    let correct = tf.scalar(0, 'int32');
    const { value: loss, grads } = tf.variableGrads(() => {
      const logits = network.train(pixels, seed);
      // Kept, because the tape disposes everything but the loss.
      correct = tf.keep(tf.equal(tf.argMax(logits, 1), labels).sum());
      const entropy = softmaxCrossEntropy(tf, logits, labels).mean<Scalar>();
      const penalty = network.penalty();
      return penalty === null ? entropy : tf.add(entropy, penalty);
    }, parameters);
    adam.apply(
      // What the loss does not depend on has no gradient.
      parameters.map((parameter) => grads[parameter.name] ?? tf.zerosLike(parameter)),
      { rate, epsilon },
    );
    return { loss, correct };
  };
  const weights = model.weights.map((weight) => weight.read());
  return {
    compute: (inputs) => trainable(() => compute(inputs)),
    state: [data.images, data.labels, ...weights, ...adam.state],
  };
}
