import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { withResults } from '../../bench/docs.ts';
import { verdictOf } from '../../bench/rows.ts';
import { scaleExtras, type ScaleMeasured, scaleRows } from '../../bench/scale/figures.ts';
import { measureScale } from '../../bench/scale/measure-scale.ts';
import { percentile } from '../../bench/scale/percentile.ts';
import { scaleResultsSchema, scaleSection } from '../../bench/scale/results.ts';
import { noSamples, type Samples } from '../../bench/scale/samples.ts';
import { root } from '../helpers/foldwise.ts';

test('a percentile is the smallest value that so many do not exceed', (t) => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  t.is(percentile(hundred, 0.99), 99);
  t.is(percentile(hundred, 0.5), 50);
  t.is(percentile(hundred, 1), 100);
  t.is(percentile([7], 0.99), 7);
  t.throws(() => percentile([], 0.99), { instanceOf: RangeError });
});

test('at least the share of all values is at most the percentile, fewer are below it', (t) => {
  const values = fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1 });
  const share = fc.integer({ min: 1, max: 100 }).map((percent) => percent / 100);
  fc.assert(
    fc.property(values, share, (samples, part) => {
      const found = percentile(samples, part);
      t.true(samples.filter((value) => value <= found).length >= part * samples.length - 1e-9);
      t.true(samples.filter((value) => value < found).length < part * samples.length);
    }),
  );
});

const samples: Samples = {
  ...noSamples(),
  sinceSent: [...Array.from({ length: 99 }, () => 20), 900],
  sinceAcknowledged: [1, 2, 3],
  acknowledgements: [10],
  heartbeats: [5, 6, 120],
  ...{ heartbeatsSent: 4, seconds: 200 },
};
const measured: ScaleMeasured = {
  ...{
    samples,
    workers: 500,
    folds: 10_000,
    peakBytes: 400e6,
    reportSeconds: 3,
    processorSeconds: 100,
  },
};

test('rows tell what is asked for, and whether it is reached', (t) => {
  const rows = scaleRows(measured);
  t.deepEqual(
    rows.map((row) => [row.ours, row.unit, row.must, verdictOf(row)]),
    [
      [20, 'ms', 100, 'aim'],
      [3, 'ms', 100, 'aim'],
      [120, 'ms', 1000, 'must'],
      [1, 'of all', 0, 'missed'],
      [400, 'MB', 500, 'must'],
    ],
  );
});

test('a smaller run has no targets', (t) => {
  const smaller = scaleRows({ ...measured, folds: 9_999 });
  t.deepEqual([...new Set(smaller.map(verdictOf))], ['none']);
});

test('beside the rows stands what the processors had to do, and how it went in the end', (t) => {
  const late = { ...samples, sinceSent: [...Array.from({ length: 90 }, () => 900), 1, 2, 3, 4, 5] };
  const extras = scaleExtras({ ...measured, samples: { ...late, processorSeconds: 40 } });
  const valueOf = (pattern: RegExp) => extras.find(({ what }) => pattern.test(what))?.value;
  t.is(valueOf(/that the coordinator kept busy/), 0.5);
  t.is(valueOf(/that the workers' own process kept busy/), 0.2);
  t.is(valueOf(/of the last tenth/), 900);
});

test('beside the rows stands how many folds were finished in a second', (t) => {
  const extras = scaleExtras(measured);
  t.deepEqual(
    extras.find(({ what }) => what === 'folds finished'),
    { what: 'folds finished', value: 50, unit: 'a second' },
  );
});

test('a real coordinator and simulated workers finish a small plan', async (t) => {
  const results = await measureScale(
    { folds: 12, workers: 4, pace: { trainMs: 200, arriveWithinMs: 100 } },
    { signal: new AbortController().signal, say: () => undefined },
  );
  t.notThrows(() => scaleResultsSchema.parse(JSON.parse(JSON.stringify(results))));
  const assignments = results.extras.find(({ what }) => what === 'assignments');
  t.is(assignments?.value, 12);
  t.true(results.rows.every(({ ours }) => ours >= 0));
  const page = await readFile(path.join(root, 'docs', 'benchmarks.md'), 'utf8');
  t.regex(withResults(page, scaleSection(results), 'scale'), /4 simulated workers/);
});
