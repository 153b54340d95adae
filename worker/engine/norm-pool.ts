import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';
import type { BatchNormalizationArgs } from './ops.ts';
import { runOp } from './raw-op.ts';

export interface NormPoolArgs extends BatchNormalizationArgs {
  /** Height and width of the windows, which lie side by side; what fills no window is left out. */
  readonly window: readonly [height: number, width: number];
  /** Whether max(·, 0) comes last. */
  readonly relu: boolean;
}

/**
 * Batch normalisation as `batchNormalization` of ops.ts, then max pooling, then ReLU, by ops of our
 * own (kernels/norm_pool.cc): what is not pooled is never normalised. Only where `hasOwnOps`.
 *
 * @returns [batch, ⌊height / window⌋, ⌊width / window⌋, channels]
 */
export function normPool(tf: TensorFlow, args: NormPoolArgs): Tensor4D {
  const attributes = { epsilon: { float: args.epsilon }, relu: { bool: args.relu } } as const;
  const run = tf.customGrad((...given) => {
    const [x, gamma, beta, save] = given as [Tensor4D, Tensor1D, Tensor1D, Save];
    // Only its shape counts.
    const window = tf.zeros([...args.window]);
    const inputs = [x, gamma, beta, window];
    const outputs = runOp(tf, 'FoldwiseNormPool', { inputs, attributes }, 6);
    const [value, selected, mean, variance, scale, offset] = outputs as [
      ...[Tensor4D, Tensor4D],
      ...[Tensor1D, Tensor1D, Tensor1D, Tensor1D],
    ];
    args.onStatistics({ mean, variance });
    save([x, selected, gamma, mean, scale, offset, window]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) =>
      runOp(tf, 'FoldwiseNormPoolGrad', { inputs: [dy, ...saved], attributes }, 3);
    return { value, gradFunc };
  });
  return run(args.x, args.gamma, args.beta);
}

type Save = (tensors: Tensor[]) => void;

export interface NormPoolInferenceArgs extends Omit<NormPoolArgs, 'onStatistics'> {
  /** Running statistics, [channels] each. */
  readonly mean: Tensor1D;
  readonly variance: Tensor1D;
}

/** As {@link normPool}, by statistics known beforehand. It has no gradient. */
export function normPoolInference(tf: TensorFlow, args: NormPoolInferenceArgs): Tensor4D {
  const { x, gamma, beta, mean, variance, epsilon, relu } = args;
  const window = tf.zeros([...args.window]);
  const inputs = [x, gamma, beta, mean, variance, window];
  const attributes = { epsilon: { float: epsilon }, relu: { bool: relu } } as const;
  const [y] = runOp(tf, 'FoldwiseNormPoolInference', { inputs, attributes }, 1);
  return y as Tensor4D;
}

export interface ConvNormPoolArgs extends Omit<NormPoolInferenceArgs, 'window'> {
  /** [height, width, channels, filters] */
  readonly filter: Tensor4D;
  /** [filters] */
  readonly bias: Tensor1D;
  readonly padding: 'same' | 'valid';
}

/**
 * A convolution by steps of one pixel, then as {@link normPoolInference} with windows of 2×2, by an
 * op of our own (kernels/conv_pool.cc): what comes out of the convolution never gets to memory. It
 * pays where a filter has few numbers.
 */
export function convNormPoolInference(tf: TensorFlow, args: ConvNormPoolArgs): Tensor4D {
  const { filter, bias, padding, gamma, beta, mean, variance, epsilon, relu } = args;
  const x = padding === 'same' ? padded(tf, args.x, filter) : args.x;
  const inputs = [x, filter, bias, gamma, beta, mean, variance];
  const attributes = { epsilon: { float: epsilon }, relu: { bool: relu } } as const;
  const [y] = runOp(tf, 'FoldwiseConvNormPoolInference', { inputs, attributes }, 1);
  return y as Tensor4D;
}

/** Zeros around images, as TensorFlow pads for "same" in steps of one pixel. */
function padded(tf: TensorFlow, x: Tensor4D, { shape: [height, width] }: Tensor4D): Tensor4D {
  const around = (side: number): [number, number] => [(side - 1) >> 1, side >> 1];
  return tf.pad(x, [[0, 0], around(height), around(width), [0, 0]]);
}
