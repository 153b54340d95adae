/**
 * Gradients of filters of one pixel with strides, many times over; prints how far they are from
 * those that are multiplied out.
 */
import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { loadTensorFlow } from '../../../../worker/engine/load.ts';

const tf = loadTensorFlow();

interface Case {
  readonly name: string;
  readonly shape: [number, number, number, number];
  readonly filters: number;
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly isDepthwise: boolean;
}

function greatest(values: Tensor): number {
  return tf.tidy(() => values.abs().max().dataSync()[0]!);
}

/** By the matrix product of pixels that count and gradients of the outcome. */
function multipliedOut(x: Tensor4D, dy: Tensor4D, { strides, isDepthwise }: Case): Tensor {
  const counted = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, ...strides, 1]);
  const pixels = counted.reshape([-1, x.shape[3]]);
  const slopes = dy.reshape([-1, dy.shape[3]]);
  const all = tf.matMul(pixels, slopes, true);
  return isDepthwise ? tf.sum(all, 0) : all;
}

function differenceOf(given: Case): number {
  return tf.tidy(() => {
    const { shape, filters, strides, padding, isDepthwise } = given;
    const x = tf.randomUniform<Rank.R4>(shape, -1, 1, 'float32', 1);
    const filter = tf.randomUniform<Rank.R4>([1, 1, shape[3], filters], -1, 1, 'float32', 2);
    const convolve = (by: Tensor4D): Tensor4D =>
      isDepthwise
        ? tf.depthwiseConv2d(x, by, strides, padding)
        : tf.conv2d(x, by, strides, padding);
    const dy = tf.randomUniform<Rank.R4>(convolve(filter).shape, -1, 1, 'float32', 3);
    const gradient = tf.grad((by: Tensor) => convolve(by as Tensor4D))(filter, dy);
    const wanted = multipliedOut(x, dy, given).reshape(filter.shape);
    return greatest(tf.sub(gradient, wanted)) / Math.max(1, greatest(wanted));
  });
}

const SHAPES: readonly Case['shape'][] = [
  [4, 6, 6, 4],
  [2, 6, 7, 3],
  [4, 10, 12, 4],
  [3, 8, 10, 2],
  [1, 12, 10, 1],
];
const found: { name: string; difference: number }[] = [];
for (const shape of SHAPES) {
  for (let repeat = 0; repeat < 10; repeat++) {
    for (const padding of ['same', 'valid'] as const) {
      for (const isDepthwise of [false, true]) {
        // A depthwise convolution of one channel is a plain one.
        const at: Case['shape'] = isDepthwise ? [shape[0], shape[1], shape[2], 1] : shape;
        const strides: Case['strides'] = isDepthwise
          ? [1 + (repeat % 3), 1 + (repeat % 3)]
          : [1 + (repeat % 4), 1 + ((repeat + 1) % 3)];
        const name = `${at.join('×')} strides ${strides.join('×')} ${padding}${isDepthwise ? ' depthwise' : ''}`;
        const given = { name, shape: at, filters: 3 + repeat * 3, strides, padding, isDepthwise };
        found.push({ name, difference: differenceOf(given) });
      }
    }
  }
}
process.stdout.write(JSON.stringify(found));
