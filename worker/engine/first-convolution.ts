import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';
import { biasAdd } from './ops.ts';
import { runOp } from './raw-op.ts';

export interface Convolution {
  /** [height, width, channels, filters] */
  readonly filter: Tensor4D;
  /** [filters] */
  readonly bias: Tensor1D;
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid';
}

/** Above, the sums of each image would take more memory than they are worth. */
const MOST_TAPS = 64;

/** Whether {@link firstConvolution} is of use for filters [height, width, channels, filters]. */
export function isFewTaps([height = 0, width = 0, channels = 0]: readonly number[]): boolean {
  return height * width * channels <= MOST_TAPS;
}

/**
 * A convolution of images that no trained layer has touched, with its bias: only filters and bias
 * have gradients, which an op of our own (kernels/conv_filter.cc) computes. Only where `hasOwnOps`.
 *
 * @param x - [batch, height, width, channels]
 */
export function firstConvolution(
  tf: TensorFlow,
  x: Tensor4D,
  { filter, bias, strides, padding }: Convolution,
): Tensor4D {
  const convolve = tf.customGrad((...given) => {
    const [weights, offsets, save] = given as [Tensor4D, Tensor1D, Save];
    const convolved: Tensor4D = tf.conv2d(x, weights, [...strides], padding);
    const value = biasAdd(tf, convolved, offsets);
    save([x, weights, offsets]);
    const [rows, columns] = padding === 'same' ? paddingBefore(x, weights, strides) : [0, 0];
    const attributes = {
      stride_rows: { int: strides[0] },
      stride_columns: { int: strides[1] },
      pad_rows: { int: rows },
      pad_columns: { int: columns },
    };
    const gradFunc = (dy: Tensor, [pixels, ...rest]: Tensor[]) => {
      const inputs = [pixels as Tensor, dy, ...rest];
      return runOp(tf, 'FoldwiseConvFilterGrad', { inputs, attributes }, 2);
    };
    return { value, gradFunc };
  });
  return convolve(filter, bias);
}

type Save = (tensors: Tensor[]) => void;

/** Zeros before the first row and column, as TensorFlow pads for "same". */
function paddingBefore(
  { shape: [, height, width] }: Tensor4D,
  { shape: [filterHeight, filterWidth] }: Tensor4D,
  [vertical, horizontal]: readonly [number, number],
): readonly [number, number] {
  const before = (size: number, filter: number, stride: number): number => {
    const total = (Math.ceil(size / stride) - 1) * stride + filter - size;
    return Math.floor(Math.max(0, total) / 2);
  };
  return [before(height, filterHeight, vertical), before(width, filterWidth, horizontal)];
}
