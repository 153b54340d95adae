import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import type { RunResults, TransferResults } from '../../../coordinator/report/run-results.ts';
import { sampleResults } from './sample-results.ts';
import { sampleCoverage, withTransfer } from './sample-transfer.ts';

/** Six pictures of three classes, of which the last has none: 3 cats and 3 dogs of 2 + 1 types. */
function handMade(change: Partial<TransferResults> = {}): RunResults {
  const results = withTransfer(
    sampleResults({ k: 2, epochs: 1, classes: ['cat', 'dog', 'bird'] }),
    { largestClass: 3 },
  );
  const transfer = results.transfer!;
  const labels = Uint8Array.of(0, 0, 0, 1, 1, 1, 1);
  const pixels = new Uint8Array(7 * 784).map((_, at) => Math.floor(at / 784));
  // Twins of one class, and of two.
  pixels.fill(0, 784, 2 * 784);
  pixels.fill(9, 2 * 784, 4 * 784);
  const articleTypes = ['tabby', 'lion', 'tabby', 'poodle', 'poodle', 'poodle', 'poodle'];
  return {
    ...results,
    transfer: {
      set: {
        ...transfer.set,
        ...{ paper: { labels, pixels }, fit: { labels, pixels: new Uint8Array(7 * 784) } },
        sources: articleTypes.map((articleType, index) => ({ id: String(index), articleType })),
        coverage: sampleCoverage(articleTypes),
      },
      paper: {
        ...transfer.paper,
        predicted: Uint8Array.of(0, 1, 1, 1, 1, 2, 0),
        score: { loss: 1.5, accuracy: 3 / 7, confusion: [[1, 2, 0], [1, 2, 1], [0, 0, 0]] }, // prettier-ignore
      },
      fit: {
        ...transfer.fit,
        predicted: Uint8Array.of(0, 1, 0, 1, 1, 1, 0),
        score: { loss: 0.5, accuracy: 5 / 7, confusion: [[2, 1, 0], [1, 3, 0], [0, 0, 0]] }, // prettier-ignore
      },
      ...change,
    },
  };
}

const transferOf = (results: RunResults) => buildReport(results).transfer!;

test('both preparations have scores, an interval, and what they ran on', (t) => {
  const results = handMade();
  const { paper, fit } = transferOf(results);
  t.like(paper, { loss: 1.5, accuracy: 3 / 7, worker: results.transfer!.paper.worker });
  t.deepEqual(fit.confusion, results.transfer!.fit.score.confusion);
  t.deepEqual(fit.environment, results.transfer!.fit.environment);
  t.like(fit.perClass[1], { class: 'dog', precision: 3 / 4, recall: 3 / 4, support: 4 });
  // 5 of 7, as statsmodels' proportion_confint(5, 7, method='wilson')
  t.is(fit.interval.low.toFixed(4), '0.3589');
  t.is(fit.interval.high.toFixed(4), '0.9178');
});

test('the balanced accuracy is the mean recall of the classes that occur', (t) => {
  const { paper, fit } = transferOf(handMade());
  t.is(fit.balancedAccuracy, (2 / 3 + 3 / 4) / 2);
  t.is(paper.balancedAccuracy, (1 / 3 + 2 / 4) / 2);
});

test('the baseline is the share of the most frequent class', (t) => {
  t.deepEqual(transferOf(handMade()).baseline, { class: 'dog', accuracy: 4 / 7 });
});

test('right answers are counted by article type, most frequent first', (t) => {
  t.deepEqual(transferOf(handMade()).articleTypes, [
    { articleType: 'poodle', class: 'dog', images: 4, paperCorrect: 2, fitCorrect: 3 },
    { articleType: 'tabby', class: 'cat', images: 2, paperCorrect: 1, fitCorrect: 2 },
    { articleType: 'lion', class: 'cat', images: 1, paperCorrect: 0, fitCorrect: 0 },
  ]);
});

test('without the answers to single pictures nothing is said of article types', (t) => {
  const { transfer } = handMade();
  const fit = { ...transfer!.fit, predicted: new Uint8Array() };
  t.deepEqual(transferOf(handMade({ fit })).articleTypes, []);
});

test('identical pictures are counted as the paper prepares them', (t) => {
  t.deepEqual(transferOf(handMade()).duplicates, { groups: 2, images: 4, conflictingGroups: 1 });
});

test('the counts of rows are those of the coverage', (t) => {
  const results = handMade();
  const { rows, mapped, unmapped, missing, unreadable } = transferOf(results);
  t.deepEqual({ rows, mapped, unmapped, missing, unreadable }, results.transfer!.set.coverage);
});

test('the report says what the interval does not cover', (t) => {
  t.regex(transferOf(handMade()).caution, /do not cover/);
});

test('a report without a transfer has none, nor a hold-out or coverage that was not', (t) => {
  const report = buildReport(sampleResults());
  t.false('transfer' in report);
  t.false('holdOut' in report.data);
  t.false('coverage' in report.data);
});

test('a hold-out and the coverage of a folder of images are kept', (t) => {
  const results = sampleResults();
  const holdOut = { fraction: 1 / 7, seed: 3 };
  const coverage = sampleCoverage(['Heels']);
  const plan = { ...results.plan, dataset: { ...results.plan.dataset, holdOut } };
  const { data } = buildReport({ ...results, plan, coverage });
  t.deepEqual(data.holdOut, holdOut);
  t.deepEqual(data.coverage, coverage);
});
