import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';
import { runOp, runSingleOp } from './raw-op.ts';

/**
 * TensorFlow's fused ops with their gradients. tfjs builds the same values out of many
 * full-size ops; these do each in one.
 */

const FLOAT = { T: { type: 'float32' } } as const;

export interface BatchStatistics {
  /** [channels] */
  readonly mean: Tensor1D;
  /** [channels], unbiased: divided by count − 1, as PyTorch does for its running variance. */
  readonly variance: Tensor1D;
}

export interface BatchNormalizationArgs {
  /** [batch, height, width, channels] */
  readonly x: Tensor4D;
  /** Scale, [channels]. */
  readonly gamma: Tensor1D;
  /** Offset, [channels]. */
  readonly beta: Tensor1D;
  readonly epsilon: number;
  /** Sees the statistics of the batch, which live only as long as the call. */
  readonly onStatistics: (statistics: BatchStatistics) => void;
}

/** Batch normalisation by the batch's own mean and (biased) variance: FusedBatchNormV3. */
export function batchNormalization(tf: TensorFlow, args: BatchNormalizationArgs): Tensor4D {
  const attributes = {
    ...FLOAT,
    U: { type: 'float32' },
    epsilon: { float: args.epsilon },
    data_format: { text: 'NHWC' },
    is_training: { bool: true },
  } as const;
  const normalise = tf.customGrad((...inputs) => {
    const [x, gamma, beta, save] = inputs as [Tensor4D, Tensor1D, Tensor1D, Save];
    const none = tf.tensor1d([], 'float32');
    const op = { inputs: [x, gamma, beta, none, none], attributes };
    const outputs = runOp(tf, 'FusedBatchNormV3', op, 6);
    const [value, mean, variance, ...reserved] = outputs as [Tensor4D, Tensor1D, Tensor1D];
    args.onStatistics({ mean, variance });
    save([x, gamma, ...reserved]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runOp(tf, 'FusedBatchNormGradV3', { inputs: [dy, ...saved], attributes }, 5).slice(0, 3);
    return { value, gradFunc };
  });
  return normalise(args.x, args.gamma, args.beta);
}

type Save = (tensors: Tensor[]) => void;

/**
 * Softmax cross-entropy of each row with its true class, natural logarithm, computed without
 * overflow: SparseSoftmaxCrossEntropyWithLogits.
 *
 * @param logits - [batch, classes]
 * @param labels - int32 [batch], each in 0 … classes − 1
 * @returns [batch]
 */
export function softmaxCrossEntropy(tf: TensorFlow, logits: Tensor2D, labels: Tensor1D): Tensor1D {
  const attributes = { ...FLOAT, Tlabels: { type: 'int32' } } as const;
  const crossEntropy = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [Tensor2D, Save];
    const op = { inputs: [x, labels], attributes };
    const outputs = runOp(tf, 'SparseSoftmaxCrossEntropyWithLogits', op, 2);
    const [value, slope] = outputs as [Tensor1D, Tensor2D];
    save([slope]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      tf.mul(saved[0] as Tensor, tf.expandDims(dy, 1));
    return { value, gradFunc };
  });
  return crossEntropy(logits);
}

/** max(x, 0), with ReluGrad for a gradient. */
export function relu<T extends Tensor>(tf: TensorFlow, x: T): T {
  const rectify = tf.customGrad((...inputs) => {
    const [features, save] = inputs as [Tensor, Save];
    const value = runSingleOp(tf, 'Relu', { inputs: [features], attributes: FLOAT });
    save([value]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runSingleOp(tf, 'ReluGrad', { inputs: [dy, ...saved], attributes: FLOAT });
    return { value, gradFunc };
  });
  return rectify(x) as T;
}

/** x where it is greater than `theta`, else 0. tfjs has no gradient of comparisons. */
export function thresholdedRelu<T extends Tensor>(tf: TensorFlow, x: T, theta: number): T {
  const cut = tf.customGrad((...inputs) => {
    const [features, save] = inputs as [Tensor, Save];
    const kept = tf.cast(tf.greater(features, theta), 'float32');
    save([kept]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => tf.mul(dy, saved[0] as Tensor);
    return { value: tf.mul(features, kept), gradFunc };
  });
  return cut(x) as T;
}

/** Adds `bias` [channels] along the last axis of `x`, with BiasAddGrad for a gradient. */
export function biasAdd<T extends Tensor>(tf: TensorFlow, x: T, bias: Tensor1D): T {
  const attributes = { ...FLOAT, data_format: { text: 'NHWC' } } as const;
  const add = tf.customGrad((...inputs) => {
    const [value, offset] = inputs as [Tensor, Tensor];
    const sum = runSingleOp(tf, 'BiasAdd', { inputs: [value, offset], attributes });
    const gradFunc = (dy: Tensor) => [
      dy.clone(),
      runSingleOp(tf, 'BiasAddGrad', { inputs: [dy], attributes }),
    ];
    return { value: sum, gradFunc };
  });
  return add(x, bias) as T;
}

/**
 * Numbers in [0, 1) that depend on seed and shape alone, on every device
 * (StatelessRandomUniform, Philox).
 *
 * @param seed - int32 [2]
 */
export function randomUniform(tf: TensorFlow, shape: readonly number[], seed: Tensor1D): Tensor {
  return stateless(tf, 'StatelessRandomUniform', shape, seed);
}

/** The same of mean 0 and variance 1 (StatelessRandomNormal). */
export function randomNormal(tf: TensorFlow, shape: readonly number[], seed: Tensor1D): Tensor {
  return stateless(tf, 'StatelessRandomNormal', shape, seed);
}

function stateless(tf: TensorFlow, op: string, shape: readonly number[], seed: Tensor1D): Tensor {
  return runSingleOp(tf, op, {
    inputs: [tf.tensor1d([...shape], 'int32'), seed],
    attributes: { dtype: { type: 'float32' }, T: { type: 'int32' }, Tseed: { type: 'int32' } },
  });
}

/**
 * Sets a share `rate` of the elements to zero and divides the others by 1 − rate. Which ones,
 * `seed` (int32 [2]) decides.
 *
 * @param maskShape - where elements are dropped together
 */
export function dropout<T extends Tensor>(
  tf: TensorFlow,
  x: T,
  rate: number,
  seed: Tensor1D,
  maskShape: readonly number[] = x.shape,
): T {
  if (rate === 0) return x.clone();
  const kept = tf.greaterEqual(randomUniform(tf, maskShape, seed), rate);
  return tf.mul(x, tf.mul(tf.cast(kept, 'float32'), 1 / (1 - rate)));
}

/**
 * The kernel with zeros between its rows and columns: without dilation it convolves as the kernel
 * does with it. tfjs has no gradient of dilated convolutions.
 *
 * @param kernel - [...sides, inputs, outputs], one rate for each side
 */
export function dilateKernel(tf: TensorFlow, kernel: Tensor, rates: readonly number[]): Tensor {
  return rates.reduce((spread, rate, axis) => spreadAxis(tf, spread, axis, rate), kernel);
}

/** Each step along the axis is followed by zeros, but for the last. */
function spreadAxis(tf: TensorFlow, x: Tensor, axis: number, rate: number): Tensor {
  if (rate === 1) return x;
  const { shape } = x;
  const steps = shape[axis] ?? 1;
  const before = sizeOf(shape.slice(0, axis));
  const after = sizeOf(shape.slice(axis + 1));
  const apart = tf.reshape(x, [before, steps, 1, after]);
  const filled = tf.pad(apart, [
    [0, 0],
    [0, 0],
    [0, rate - 1],
    [0, 0],
  ]);
  const merged = tf.reshape(filled, [before, steps * rate, after]);
  const length = (steps - 1) * rate + 1;
  return tf.reshape(tf.slice(merged, [0, 0, 0], [before, length, after]), shape.with(axis, length));
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, side) => size * side, 1);
