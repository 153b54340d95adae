import test from 'ava';
import fc from 'fast-check';
import { normPoolInference } from '../../../../worker/engine/norm-pool.ts';
import { leftTensors, tf } from '../../../helpers/tensorflow.ts';
import { drawCase, type Sizes } from './norm-pools.ts';
import type { Case } from './reference.ts';

interface Known extends Case {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

function drawKnown(sizes: Sizes, seed: number): Known {
  const { gamma: mean, beta } = drawCase(sizes, seed + 1);
  return { ...drawCase(sizes, seed), mean, variance: beta.map((value) => value * value) };
}

const tensors = ({ gamma, beta, mean, variance }: Known) => ({
  gamma: tf.tensor1d(gamma),
  beta: tf.tensor1d(beta),
  mean: tf.tensor1d(mean),
  variance: tf.tensor1d(variance),
});

function ours(of: Known): number[] {
  const { shape, window, epsilon, relu } = of;
  return tf.tidy(() => {
    const x = tf.tensor4d(of.x, [...shape]);
    return [...normPoolInference(tf, { x, ...tensors(of), epsilon, window, relu }).dataSync()];
  });
}

function stock(of: Known): number[] {
  const { shape, window, epsilon, relu } = of;
  return tf.tidy(() => {
    const { gamma, beta, mean, variance } = tensors(of);
    const x = tf.tensor4d(of.x, [...shape]);
    const normal = tf.batchNorm(x, mean, variance, beta, gamma, epsilon);
    const sides: [number, number] = [...window];
    return [...tf.maxPool(relu ? tf.relu(normal) : normal, sides, sides, 'valid').dataSync()];
  });
}

/** The greatest difference, relative to the greatest number where that is above 1. */
function greatestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  const size = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!) / size), 0);
}

test('whatever the sizes and numbers, the values are those of the ops of TensorFlow', (t) => {
  const side = fc.integer({ min: 1, max: 9 });
  const sizes = fc.tuple(side, side, side, fc.integer({ min: 1, max: 40 }), side, side);
  fc.assert(
    fc.property(sizes, fc.nat(1e6), fc.boolean(), ([n, h, w, c, p, q], seed, relu) => {
      const shape = [n, Math.max(h, p), Math.max(w, q), c] as const;
      const of = drawKnown({ shape, window: [p, q], relu }, seed);
      t.true(greatestDifference(ours(of), stock(of)) < 1e-5);
    }),
  );
});

test('images of many rows, which threads divide among them', (t) => {
  const of = drawKnown({ shape: [40, 28, 28, 32], window: [2, 2] }, 3);
  t.true(greatestDifference(ours(of), stock(of)) < 1e-5);
});

test('statistics that are no numbers are passed on, each to its channel', (t) => {
  for (const part of ['gamma', 'beta', 'mean', 'variance'] as const) {
    const drawn = drawKnown({ shape: [2, 4, 4, 3], window: [2, 2] }, 7);
    const found = ours({ ...drawn, [part]: Float32Array.of(NaN, 1, 1) });
    t.true(found.every((y, at) => Number.isNaN(y) === (at % 3 === 0)));
  }
});

for (const part of ['gamma', 'beta', 'mean', 'variance'] as const) {
  test(`${part} of another number of channels is refused`, (t) => {
    const drawn = drawKnown({ shape: [2, 4, 4, 3], window: [2, 2] }, 7);
    t.throws(() => ours({ ...drawn, [part]: Float32Array.of(1, 1) }), {
      message: /expected one of each statistic/,
    });
  });
}

test('a window larger than the images is refused', (t) => {
  const drawn = drawKnown({ shape: [2, 4, 4, 3], window: [2, 2] }, 7);
  t.throws(() => ours({ ...drawn, window: [5, 2] }), { message: /no smaller than a window/ });
});

test('it leaves no tensor behind', async (t) => {
  const of = drawKnown({ shape: [2, 4, 4, 3], window: [2, 2] }, 8);
  t.is(await leftTensors(() => ours(of)), 0);
});
