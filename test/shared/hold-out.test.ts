import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../shared/errors.ts';
import { findTwins, stratifiedHoldOut } from '../../shared/hold-out.ts';
import { SlowRandom } from './slow-random.ts';

const CLASSES = [0, 1, 2, 3, 4, 5];
const fraction = fc.double({ min: 0.001, max: 0.999, noNaN: true });
const asked = fc.record({
  labels: fc.array(fc.nat(5), { minLength: 1, maxLength: 100 }),
  fraction,
  seed: fc.maxSafeNat(),
  twins: fc.uniqueArray(fc.nat(99)),
});

const seatsOf = (labels: readonly number[], share: number): number =>
  Math.round(share * labels.length);
const isPossible = (labels: readonly number[], share: number): boolean => {
  const seats = seatsOf(labels, share);
  return seats >= 1 && seats <= labels.length - new Set(labels).size;
};
const countsOf = (labels: readonly number[]): number[] =>
  CLASSES.map((each) => labels.filter((label) => label === each).length);

/** Hands out one seat at a time, each to the class furthest behind that can spare an image. */
function obviousQuotas(sizes: readonly number[], seats: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const quotas = sizes.map(() => 0);
  for (let seat = 0; seat < seats; seat++) {
    const behind = sizes.map((size, label) =>
      quotas[label]! < size - 1 ? seats * size - quotas[label]! * total : -Infinity,
    );
    quotas[behind.indexOf(Math.max(...behind))]! += 1;
  }
  return quotas;
}

test('a hold-out equals that of the slow twin', (t) => {
  fc.assert(
    fc.property(asked, ({ labels, fraction, seed, twins }) => {
      fc.pre(isPossible(labels, fraction));
      const quotas = obviousQuotas(countsOf(labels), seatsOf(labels, fraction));
      const chosen = new Set<number>();
      for (const label of CLASSES) {
        const members = [...labels.keys()].filter((image) => labels[image] === label);
        const order = new SlowRandom(seed, 'hold-out', label).shuffled(members);
        const last = order.filter((image) => twins.includes(image));
        const first = order.filter((image) => !twins.includes(image));
        for (const image of first.concat(last).slice(0, quotas[label])) chosen.add(image);
      }
      const hasTwin = (image: number): boolean => twins.includes(image);
      t.deepEqual(
        [...stratifiedHoldOut({ labels, fraction, seed, hasTwin })],
        [...labels.keys()].filter((image) => chosen.has(image)),
      );
    }),
  );
});

test('as many images as the fraction says are held out, in ascending order', (t) => {
  fc.assert(
    fc.property(asked, ({ labels, fraction, seed }) => {
      fc.pre(isPossible(labels, fraction));
      const chosen = [...stratifiedHoldOut({ labels, fraction, seed })];
      t.is(chosen.length, seatsOf(labels, fraction));
      t.deepEqual(
        chosen,
        [...new Set(chosen)].sort((a, b) => a - b),
      );
      const left = labels.filter((_, image) => !chosen.includes(image));
      t.is(new Set(left).size, new Set(labels).size, 'every class keeps an image');
    }),
  );
});

test('where every class has plenty, each gives its share rounded down or up', (t) => {
  const sizes = fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 1, maxLength: 6 });
  const moderate = fc.double({ min: 0.05, max: 0.9, noNaN: true });
  fc.assert(
    fc.property(sizes, moderate, fc.nat(), (sizes, fraction, seed) => {
      const labels = sizes.flatMap((size, label) => Array<number>(size).fill(label));
      const chosen = stratifiedHoldOut({ labels, fraction, seed });
      const counts = countsOf(Array.from(chosen, (image) => labels[image]!));
      for (const [label, size] of sizes.entries()) {
        const exact = (seatsOf(labels, fraction) * size) / labels.length;
        t.true(counts[label]! >= Math.floor(exact) && counts[label]! <= Math.ceil(exact));
      }
    }),
  );
});

test('the seed decides, and nothing else', (t) => {
  const labels = Uint8Array.from({ length: 300 }, (_, image) => image % 3);
  const one = stratifiedHoldOut({ labels, fraction: 1 / 7, seed: 1 });
  t.deepEqual(stratifiedHoldOut({ labels, fraction: 1 / 7, seed: 1 }), one);
  t.notDeepEqual(stratifiedHoldOut({ labels, fraction: 1 / 7, seed: 2 }), one);
});

test('a known hold-out stays what it was', (t) => {
  const labels = Uint8Array.from({ length: 21 }, (_, image) => image % 3);
  t.deepEqual([...stratifiedHoldOut({ labels, fraction: 1 / 7, seed: 7 })], [2, 13, 15]);
});

test('images with twins stay in training while their class has others', (t) => {
  const labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
  const pixels = Uint8Array.of(5, 5, 1, 2, 3, 4, 10, 11, 12, 13, 5, 14);
  const hasTwin = findTwins(pixels, 1);
  t.deepEqual([...labels.keys()].filter(hasTwin), [0, 1, 10]);
  for (let seed = 0; seed < 50; seed++) {
    const chosen = stratifiedHoldOut({ labels, fraction: 0.5, seed, hasTwin });
    t.is(chosen.length, 6);
    t.false(chosen.some((image) => hasTwin(image)));
  }
});

test('where the others do not suffice, images with twins are held out too', (t) => {
  const labels = [0, 0, 0, 0];
  const chosen = stratifiedHoldOut({ labels, fraction: 0.75, seed: 3, hasTwin: () => true });
  t.is(chosen.length, 3);
});

for (const [fraction, count] of [
  [0.1, 4],
  [0.99, 20],
  [0.95, 20],
  [0.9, 1],
] as const) {
  test(`a fraction of ${fraction} of ${count} images is refused`, (t) => {
    const labels = Array.from({ length: count }, (_, image) => image % 2);
    const error = t.throws(() => stratifiedHoldOut({ labels, fraction, seed: 0 }), {
      instanceOf: UsageError,
    });
    t.regex(
      error.message,
      new RegExp(`^--test-fraction ${fraction} of ${count} images holds out `),
    );
  });
}
