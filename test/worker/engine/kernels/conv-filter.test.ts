import test from 'ava';
import type { Rank, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import fc from 'fast-check';
import { firstConvolution } from '../../../../worker/engine/first-convolution.ts';
import { biasAdd } from '../../../../worker/engine/ops.ts';
import { hasOwnOps } from '../../../../worker/engine/own-ops.ts';
import { greatestDifference, leftTensors, tf } from '../../../helpers/tensorflow.ts';

hasOwnOps(tf);

interface Sizes {
  /** [count, rows, columns, channels] */
  readonly images: readonly [number, number, number, number];
  /** [rows, columns] */
  readonly kernel: readonly [number, number];
  readonly filters: number;
  readonly strides?: readonly [number, number];
  readonly padding?: 'same' | 'valid';
}

/** How far values and gradients are from those of tfjs, relative to the greatest where above 1. */
function difference({
  images,
  kernel,
  filters,
  strides = [1, 1],
  padding = 'same',
}: Sizes): number {
  return tf.tidy(() => {
    const x = tf.randomUniform<Rank.R4>([...images], -1, 1, 'float32', 1);
    const filterShape = [...kernel, images[3], filters];
    const weights = [
      tf.randomUniform(filterShape, -1, 1, 'float32', 2),
      tf.randomUniform([filters], -1, 1, 'float32', 3),
    ];
    const numbers = (convolve: (filter: Tensor4D, bias: Tensor1D) => Tensor): number[] => {
      const { value, grads } = tf.valueAndGrads((...given: Tensor[]) => {
        const y = convolve(given[0] as Tensor4D, given[1] as Tensor1D);
        return tf.sum(tf.mul(y, tf.sin(tf.range(0, y.size).reshape(y.shape))));
      })(weights);
      return [value, ...grads].flatMap((tensor) => [...tensor.dataSync()]);
    };
    const actual = numbers((filter, bias) =>
      firstConvolution(tf, x, { filter, bias, strides, padding }),
    );
    const wanted = numbers((filter, bias) => {
      const convolved: Tensor4D = tf.conv2d(x, filter, [...strides], padding);
      return biasAdd(tf, convolved, bias);
    });
    const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    return greatestDifference(actual, wanted) / size;
  });
}

const SIZES: readonly Sizes[] = [
  { images: [3, 28, 28, 1], kernel: [3, 3], filters: 32 },
  { images: [2, 9, 11, 3], kernel: [3, 3], filters: 37, padding: 'valid' },
  { images: [2, 8, 9, 1], kernel: [5, 2], filters: 16, strides: [2, 3] },
  { images: [1, 7, 7, 2], kernel: [4, 4], filters: 5, strides: [2, 2], padding: 'valid' },
  { images: [4, 3, 2, 1], kernel: [7, 7], filters: 1 },
  { images: [4, 6, 6, 4], kernel: [1, 1], filters: 17, strides: [2, 1] },
];

for (const sizes of SIZES) {
  test(`gradients of filters and bias are those of tfjs: ${JSON.stringify(sizes)}`, (t) => {
    t.true(difference(sizes) < 1e-5);
  });
}

test('whatever the sizes, gradients of filters and bias are those of tfjs', (t) => {
  const side = fc.integer({ min: 1, max: 9 });
  const short = fc.integer({ min: 1, max: 4 });
  const images = fc.tuple(short, side, side, short);
  const pair = fc.tuple(short, short);
  const filters = fc.integer({ min: 1, max: 40 });
  const padding = fc.constantFrom('same' as const, 'valid' as const);
  fc.assert(
    fc.property(
      images,
      pair,
      filters,
      pair,
      padding,
      (images, kernel, filters, strides, padding) => {
        fc.pre(padding === 'same' || (kernel[0] <= images[1] && kernel[1] <= images[2]));
        t.true(difference({ images, kernel, filters, strides, padding }) < 1e-5);
      },
    ),
    { numRuns: 60 },
  );
});

test('a pixel or a gradient that is no number is passed on', (t) => {
  const filter = tf.ones<Rank.R4>([3, 3, 1, 2]);
  const bias = tf.zeros<Rank.R1>([2]);
  for (const [pixel, slope] of [
    [NaN, 1],
    [1, NaN],
  ] as const) {
    const x = tf.fill<Rank.R4>([1, 4, 4, 1], pixel);
    const { grads } = tf.valueAndGrads((...given: Tensor[]) =>
      firstConvolution(tf, x, {
        ...{ filter: given[0] as Tensor4D, bias: given[1] as Tensor1D },
        ...{ strides: [1, 1], padding: 'same' },
      }),
    )([filter, bias], tf.fill([1, 4, 4, 2], slope));
    t.true(grads[0]!.dataSync().every(Number.isNaN));
  }
});

test('a first convolution leaves no tensor behind', async (t) => {
  t.is(await leftTensors(() => difference(SIZES[0]!)), 0);
});
