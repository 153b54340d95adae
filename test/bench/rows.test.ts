import test from 'ava';
import fc from 'fast-check';
import { FIGURES } from '../../bench/figures.ts';
import { median } from '../../bench/median.ts';
import { FLOP_PER_IMAGE, productGigaflops, trainingGigaflops } from '../../bench/network-work.ts';
import { type Row, rowsOf, verdictOf } from '../../bench/rows.ts';

const one = { hasTargets: true };

test('the median is the middle one, or between the two in the middle', (t) => {
  t.is(median([5]), 5);
  t.is(median([9, 1, 5]), 5);
  t.is(median([4, 1, 9, 2]), 3);
  t.throws(() => median([]), { instanceOf: RangeError });
});

test('half of the values are at most the median, half at least', (t) => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (samples) => {
      const middle = median(samples);
      t.true(samples.filter((value) => value <= middle).length * 2 >= samples.length);
      t.true(samples.filter((value) => value >= middle).length * 2 >= samples.length);
    }),
  );
});

test('a thousand images are 25.6 GFLOP, forward and backward', (t) => {
  t.is((FLOP_PER_IMAGE * 1000) / 1e9, 25.562016);
  t.is(trainingGigaflops(1000).toFixed(1), '25.6');
  t.is(productGigaflops(1000, 2), 1);
});

test('figures come as medians and ratios, in the order of the table', (t) => {
  const rows = rowsOf(
    {
      workerMemory: { ours: [1.5] },
      wholeAgainstSkorch: { ours: [10, 11, 9], other: [30, 25, 40] },
      wholeAgainstBare: { ours: [103], other: [100] },
      shareOfPeak: { ours: [70], other: [100] },
      trainingAgainstFit: { ours: [4000, 5000, 4500], other: [500, 600, 550] },
    },
    one,
  );
  t.deepEqual(
    rows.map(({ ours, other, ratio, must, aim }) => ({ ours, other, ratio, must, aim })),
    [
      { ours: 4500, other: 550, ratio: 4500 / 550, must: 6, aim: 8 },
      { ours: 70, other: 100, ratio: 0.7, must: 0.6, aim: 0.8 },
      { ours: 103, other: 100, ratio: 1.03, must: 1.05, aim: 1.02 },
      { ours: 10, other: 30, ratio: 3, must: 2.5, aim: 3.5 },
      { ours: 1.5, other: null, ratio: null, must: 2, aim: 1.2 },
    ],
  );
  t.deepEqual(rows.map(verdictOf), ['aim', 'must', 'must', 'must', 'must']);
});

test('a target that is just reached is reached, on either side', (t) => {
  const row = (ratio: number, comparison: Row['comparison']): Row => ({
    ...{ figure: '', unit: '', comparison, ours: 0, other: 0, ratio },
    ...(comparison === 'slower' ? { must: 1.05, aim: 1.02 } : { must: 2, aim: 3 }),
  });
  t.deepEqual(
    [1.99, 2, 3].map((ratio) => verdictOf(row(ratio, 'faster-rate'))),
    ['missed', 'must', 'aim'],
  );
  t.deepEqual(
    [1.06, 1.05, 1.02].map((ratio) => verdictOf(row(ratio, 'slower'))),
    ['missed', 'must', 'aim'],
  );
});

test('on a GPU nothing is asked for', (t) => {
  const [row] = rowsOf({ compiling: { ours: [9] } }, { hasTargets: false });
  t.is(row!.must, null);
  t.is(verdictOf(row!), 'none');
});

test('every aim is beyond its must', (t) => {
  for (const { comparison, must, aim } of Object.values(FIGURES)) {
    const isGain = comparison !== 'slower' && comparison !== 'alone';
    t.true(isGain ? aim > must : aim < must);
  }
});
