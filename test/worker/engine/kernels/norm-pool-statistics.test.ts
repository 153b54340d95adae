import test from 'ava';
import { leftTensors } from '../../../helpers/tensorflow.ts';
import { differences, drawCase, ours, stock } from './norm-pools.ts';
import { type Case, reference } from './reference.ts';

const SIZES = { shape: [4, 20, 18, 5], window: [2, 2] } as const;
const withX = (change: (value: number, index: number) => number, relu = true): Case => {
  const drawn = drawCase({ ...SIZES, relu }, 7);
  return { ...drawn, x: drawn.x.map(change) };
};
const relative = (actual: readonly number[], wanted: readonly number[]) =>
  Math.max(...actual.map((value, index) => Math.abs(value / wanted[index]! - 1)));

test('the running variance is told unbiased, as PyTorch keeps it', (t) => {
  // 1, 2, 3, 4: mean 2.5, variance 5/3 by n − 1.
  const x = Float32Array.of(1, 2, 3, 4);
  const { mean, variance } = ours(drawCase({ shape: [1, 2, 2, 1], window: [2, 2] }, 1, { x }));
  t.deepEqual([mean, variance], [[2.5], [Math.fround(5 / 3)]]);
});

test('the variance of a single value is 0', (t) => {
  const of = drawCase({ shape: [1, 1, 1, 2], window: [1, 1] }, 1);
  t.deepEqual(ours(of).variance, [0, 0]);
});

for (const offset of [1000, -1000, 1e5]) {
  test(`values about ${offset} have the variance they have about 0`, (t) => {
    const of = withX((value) => offset + value);
    const wanted = reference(of);
    const found = ours(of);
    t.true(relative(found.variance, wanted.variance) < 1e-6);
    t.true(relative(found.mean, wanted.mean) < 1e-7);
    // What the mean loses as a float is lost to the gradients, not to the values.
    const { dx, dgamma, dbeta } = wanted;
    t.deepEqual(differences({ ...found, dx, dgamma, dbeta }, wanted), []);
    t.deepEqual(differences(found, wanted, 1e-7 * Math.abs(offset)), []);
  });
}

test('a first pixel far from the others does not cost the variance its precision', (t) => {
  // Once the first of all, once the first of an image.
  for (const odd of [0, 20 * 18 * 5]) {
    const of = withX((value, index) => (index - odd < 5 && index >= odd ? 0 : 1000 + value));
    const found = ours(of);
    t.true(relative(found.variance, reference(of).variance) < 1e-5);
    t.deepEqual(differences(found, reference(of)), []);
  }
});

test('images whose levels lie far apart have the variance of all of them', (t) => {
  const image = 20 * 18 * 5;
  const of = withX((value, index) => 1000 * Math.floor(index / image) + value);
  t.true(relative(ours(of).variance, reference(of).variance) < 1e-6);
});

test('images without any variance are normalised to beta', (t) => {
  const of = withX(() => 3.25);
  const found = ours(of);
  t.deepEqual(found.variance, [0, 0, 0, 0, 0]);
  t.deepEqual(differences(found, reference(of)), []);
  t.deepEqual(differences(found, stock(of)), []);
});

for (const value of [NaN, Infinity, -Infinity]) {
  // The last column and row are covered by no window of 3×4.
  for (const [where, index] of [
    ['in a window', 7],
    ['beside all windows', 17 * 5 + 2],
  ] as const) {
    for (const window of [[2, 2] as const, [3, 4] as const]) {
      test(`${value} ${where} of ${window.join('×')} is not overlooked`, (t) => {
        for (const relu of [true, false]) {
          const of = { ...withX((x, at) => (at === index ? value : x), relu), window };
          const drawn = drawCase({ ...SIZES, window, relu }, 7);
          const found = ours({ ...of, dy: drawn.dy });
          // The whole channel, and no other.
          t.true(found.y.every((y, at) => Number.isNaN(y) === (at % 5 === index % 5)));
          t.true(found.dx.every((dx, at) => Number.isNaN(dx) === (at % 5 === index % 5)));
          t.true(found.variance.every((v, at) => Number.isNaN(v) === (at === index % 5)));
        }
      });
    }
  }
}

test('a gradient that is no number is passed on', (t) => {
  const drawn = drawCase({ ...SIZES, relu: false }, 7);
  const found = ours({ ...drawn, dy: drawn.dy.map((dy, index) => (index === 5 ? NaN : dy)) });
  t.true(Number.isNaN(found.dgamma[0]) && Number.isNaN(found.dbeta[0]));
  t.true(found.dx.every((dx, at) => Number.isNaN(dx) === (at % 5 === 0)));
});

test('parameters that are no numbers are passed on', (t) => {
  for (const part of ['gamma', 'beta'] as const) {
    const drawn = drawCase(SIZES, 7);
    const found = ours({ ...drawn, [part]: Float32Array.of(NaN, 1, 1, 1, 1) });
    t.true(found.y.every((y, at) => Number.isNaN(y) === (at % 5 === 0)));
  }
});

test('normalisation and pooling leave no tensor behind', async (t) => {
  t.is(await leftTensors(() => ours(drawCase(SIZES, 8))), 0);
});
