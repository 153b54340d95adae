import test from 'ava';
import {
  accuracyInterval,
  mean,
  meanScoreInterval,
  standardDeviation,
} from '../../shared/statistics.ts';

const scores = [0.9112, 0.9087, 0.9153, 0.9101, 0.9066];

const isClose = (a: number, b: number, tolerance = 1e-12): boolean => Math.abs(a - b) <= tolerance;

test('mean and standard deviations are those of numpy', (t) => {
  // numpy 2.4.6: np.mean, np.std, np.std(ddof=1).
  t.true(isClose(mean(scores), 0.91038));
  t.true(isClose(standardDeviation(scores), 0.0029006206232460143));
  t.true(isClose(standardDeviation(scores, 1), 0.0032429924452579474));
  t.is(standardDeviation([0.9]), 0);
});

test('mean and deviation of too few values are refused', (t) => {
  t.throws(() => mean([]), { instanceOf: RangeError });
  t.throws(() => standardDeviation([]), { instanceOf: RangeError });
  t.throws(() => standardDeviation([1], 1), { instanceOf: RangeError });
});

test('the interval over folds is that of scipy', (t) => {
  // scipy 1.17.1: mean ± stats.t.ppf(0.975, k - 1) * sqrt(var(ddof=1) * (1/k + nTest/nTrain)).
  const five = meanScoreInterval(scores, { trainSize: 48000, validationSize: 12000 });
  t.true(isClose(five.low, 0.9043399395514146) && isClose(five.high, 0.9164200604485854));
  const two = meanScoreInterval(scores.slice(0, 2), { trainSize: 100, validationSize: 100 });
  t.true(isClose(two.low, 0.8824402597819658) && isClose(two.high, 0.9374597402180342));
});

test('the interval over folds has the quantile of t for 2 to 10,000 folds', (t) => {
  // scipy 1.17.1: stats.t.ppf(0.975, k - 1).
  for (const [k, quantile] of [
    [2, 12.706204736174694],
    [3, 4.302652729749462],
    [10, 2.262157162798205],
    [100, 1.9842169515864174],
    [10_000, 1.960201263621357],
  ] as const) {
    const alternating = Array.from({ length: k }, (_, index) => index % 2);
    const { low, high } = meanScoreInterval(alternating, { trainSize: k - 1, validationSize: 1 });
    const deviation = standardDeviation(alternating, 1) * Math.sqrt(1 / k + 1 / (k - 1));
    t.true(isClose((high - low) / 2 / deviation, quantile, 1e-9), `k = ${k}`);
  }
});

test('equal scores leave an interval of no width', (t) => {
  const sizes = { trainSize: 2, validationSize: 1 };
  t.deepEqual(meanScoreInterval([0.5, 0.5, 0.5], sizes), { low: 0.5, high: 0.5 });
});

test('an interval over one fold, or over empty parts, is refused', (t) => {
  const sizes = { trainSize: 2, validationSize: 1 };
  t.throws(() => meanScoreInterval([0.9], sizes), { instanceOf: RangeError });
  t.throws(() => meanScoreInterval(scores, { ...sizes, trainSize: 0 }), { instanceOf: RangeError });
  t.throws(() => meanScoreInterval(scores, { ...sizes, validationSize: NaN }), {
    instanceOf: RangeError,
  });
});

for (const [correct, total, low, high] of [
  // scipy 1.17.1: binomtest(correct, total).proportion_ci(0.95, method='wilson').
  [9100, 10_000, 0.9042323687192863, 0.915452752616759],
  [0, 10, 0, 0.27753279986288926],
  [10, 10, 0.7224672001371109, 1],
  [7, 10, 0.39677814746114526, 0.892208732593699],
  [1, 1, 0.20654931437723745, 1],
] as const) {
  test(`the interval for ${correct} of ${total} is Wilson's as in scipy, within [0, 1]`, (t) => {
    const interval = accuracyInterval(correct, total);
    t.true(isClose(interval.low, low) && isClose(interval.high, high));
    t.true(interval.low >= 0 && interval.high <= 1);
  });
}

test('an interval for more hits than images, or for none, is refused', (t) => {
  for (const [correct, total] of [
    [11, 10],
    [-1, 10],
    [0, 0],
    [NaN, 10],
    [1, NaN],
  ] as const) {
    t.throws(() => accuracyInterval(correct, total), { instanceOf: RangeError });
  }
});
