import test from 'ava';
import fc from 'fast-check';
import { differences, drawCase, ours, stock } from './norm-pools.ts';
import { type Case, reference } from './reference.ts';

const shapes: readonly (readonly [...Case['shape'], ...Case['window']])[] = [
  [3, 6, 8, 32, 2, 2],
  [1, 4, 4, 64, 2, 2],
  [2, 7, 9, 37, 2, 2],
  [5, 5, 4, 1, 2, 2],
  [4, 2, 3, 3, 2, 2],
  [2, 9, 10, 3, 3, 3],
  [2, 11, 7, 32, 3, 2],
  [3, 5, 8, 37, 2, 3],
  [6, 3, 4, 1, 1, 1],
  [2, 6, 6, 64, 1, 2],
  [2, 40, 30, 16, 2, 2],
  [1, 5, 5, 2, 5, 5],
];

for (const [count, rows, columns, channels, height, width] of shapes) {
  const shape = [count, rows, columns, channels] as const;
  const window = [height, width] as const;
  for (const relu of [true, false]) {
    const title = `${shape.join('×')} in windows of ${window.join('×')}`;
    test(`${title}, ReLU ${relu}: values and gradients are TensorFlow's, and right`, (t) => {
      const of = drawCase({ shape, window, relu }, rows * 100 + channels);
      const found = ours(of);
      t.deepEqual(differences(found, reference(of)), []);
      t.deepEqual(differences(found, stock(of)), []);
    });
  }
}

test('a gamma that is negative pools the least values', (t) => {
  const gamma = Float32Array.of(-1, 1, -0.5);
  const of = drawCase({ shape: [3, 4, 6, 3], window: [2, 2] }, 1, { gamma });
  t.deepEqual(differences(ours(of), reference(of)), []);
  t.deepEqual(differences(ours(of), stock(of)), []);
});

test('a gamma of 0 gives beta, and has the gradient of the greatest value', (t) => {
  const gamma = Float32Array.of(0, -0, 1);
  const beta = Float32Array.of(0.5, -0.5, 0);
  const of = drawCase({ shape: [2, 4, 4, 3], window: [2, 2] }, 2, { gamma, beta });
  const found = ours(of);
  t.deepEqual(differences(found, reference(of)), []);
  t.deepEqual(found.y.slice(0, 2), [0.5, 0]);
});

for (const window of [[2, 2] as const, [3, 2] as const]) {
  test(`the gradient goes to the first of equals, windows of ${window.join('×')}`, (t) => {
    const shape = [2, 6, 6, 5] as const;
    const drawn = drawCase({ shape, window }, 3);
    // A background that is all alike, with a few levels on it.
    const x = drawn.x.map((value) => Math.max(0, Math.round(value * 2)));
    const of = { ...drawn, x };
    t.deepEqual(differences(ours(of), reference(of)), []);
    t.deepEqual(differences(ours(of), stock(of)), []);
  });
}

/** True where the least rounding decides what the ReLU lets through. */
const isClose = (of: Case) =>
  of.relu && reference({ ...of, relu: false }).y.some((value) => Math.abs(value) < 1e-4);

test('whatever the sizes and numbers, values and gradients are those of the definition', (t) => {
  const side = fc.integer({ min: 1, max: 7 });
  const sizes = fc.tuple(side, side, side, fc.integer({ min: 1, max: 40 }), side, side);
  const seed = fc.integer({ min: 0, max: 1e6 });
  // Few levels make many equals.
  const levels = fc.constantFrom(1, 4, 1e6);
  fc.assert(
    fc.property(sizes, seed, levels, fc.boolean(), ([n, h, w, c, p, q], seed, level, relu) => {
      const shape = [n, Math.max(h, p), Math.max(w, q), c] as const;
      const drawn = drawCase({ shape, window: [p, q], relu }, seed);
      const of = { ...drawn, x: drawn.x.map((value) => Math.round(value * level) / level) };
      fc.pre(!isClose(of));
      t.deepEqual(differences(ours(of), reference(of), 2e-5), []);
    }),
    { numRuns: 60 },
  );
});
