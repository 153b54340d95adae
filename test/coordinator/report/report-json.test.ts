import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import type { RunResults } from '../../../coordinator/report/run-results.ts';
import { someDigest } from '../../helpers/results.ts';
import { sampleResults } from './sample-results.ts';

/** Three folds and a test of two classes, small enough to check by hand. */
function handMade(): RunResults {
  const results = sampleResults({ k: 3, epochs: 2, classes: ['cat', 'dog'] });
  const accuracies = [0.9, 0.94, 0.92];
  return {
    ...results,
    best: 1,
    folds: results.folds.map((fold, index) => ({
      ...fold,
      trainSize: 40,
      validationSize: 20,
      validation: { ...fold.validation, accuracy: accuracies[index]! },
    })),
    evaluation: {
      ...results.evaluation,
      score: {
        loss: 0.4,
        accuracy: 0.85,
        confusion: [
          [8, 2],
          [1, 9],
        ],
      },
    },
  };
}

test('mean and deviation over the folds are those of scikit-learn, with divisor k', (t) => {
  const { summary } = buildReport(handMade());
  t.is(summary.meanValidationAccuracy.toFixed(12), '0.920000000000');
  // sqrt((0.02² + 0.02² + 0) / 3)
  t.is(summary.stdValidationAccuracy.toFixed(12), '0.016329931619');
  t.is(summary.bestFold, 1);
});

test('the interval of the mean is corrected for training parts that overlap', (t) => {
  const { interval } = buildReport(handMade()).summary;
  // 0.92 ± t(0.975, 2) · sqrt(0.0004 · (1/3 + 20/40)), t = 4.302652729911
  t.is(interval.low.toFixed(7), '0.8414447');
  t.is(interval.high.toFixed(7), '0.9985553');
  t.is(interval.level, 0.95);
  t.regex(interval.method, /Nadeau–Bengio/);
});

test('the test has precision, recall, F1 and support of each class', (t) => {
  const { perClass } = buildReport(handMade()).test;
  t.deepEqual(perClass, [
    { class: 'cat', precision: 8 / 9, recall: 0.8, f1: 16 / 19, support: 10 },
    { class: 'dog', precision: 9 / 11, recall: 0.9, f1: 18 / 21, support: 10 },
  ]);
});

test('the interval of the test accuracy is that of Wilson', (t) => {
  const { interval } = buildReport(handMade()).test;
  // 17 of 20, as statsmodels' proportion_confint(17, 20, method='wilson')
  t.is(interval.low.toFixed(4), '0.6396');
  t.is(interval.high.toFixed(4), '0.9476');
});

test('the report carries every field of the contract', (t) => {
  const report = buildReport(sampleResults());
  const contract: Record<string, [object | undefined, string]> = {
    report: [report, 'schema run data folds summary test'],
    run: [report.run, 'id seed config versions'],
    data: [report.data, 'name digest synthetic trainSize testSize classes'],
    fold: [
      report.folds[0],
      'fold attempt worker trainSize validationSize fitSeconds epochs validation',
    ],
    epoch: [
      report.folds[0]?.epochs[0],
      'epoch trainLoss trainAccuracy validationLoss validationAccuracy seconds',
    ],
    validation: [report.folds[0]?.validation, 'loss accuracy confusion'],
    summary: [report.summary, 'meanValidationAccuracy stdValidationAccuracy bestFold'],
    test: [report.test, 'loss accuracy confusion perClass'],
    class: [report.test.perClass[0], 'class precision recall f1 support'],
  };
  for (const [name, [part, keys]] of Object.entries(contract)) {
    for (const key of keys.split(' ')) t.true(part !== undefined && key in part, `${name}.${key}`);
  }
  t.is(report.schema, 1);
});

test('folds keep what they ran on and what they left: environment and digests', (t) => {
  const results = sampleResults();
  const fold = buildReport(results).folds[2];
  t.deepEqual(fold?.environment, results.folds[2]!.environment);
  t.is(fold?.model.weightsDigest, results.folds[2]!.model.weightsDigest);
  t.is(fold?.scoreSeconds, results.folds[2]!.scoreSeconds);
});

test('the report says that the data are synthetic, and that they are not', (t) => {
  t.true(buildReport(sampleResults({ synthetic: true })).data.synthetic);
  t.false(buildReport(sampleResults()).data.synthetic);
});

test('a limit is recorded where there was one', (t) => {
  const results = sampleResults();
  t.false('limit' in buildReport(results).data);
  const { plan } = results;
  const dataset = { ...plan.dataset, limit: 500 };
  t.is(buildReport({ ...results, plan: { ...plan, dataset } }).data.limit, 500);
});

test('the report warns that the score of the selected fold is optimistic', (t) => {
  t.regex(buildReport(sampleResults()).summary.selection.caution, /optimistic/);
});

test('what was trained is the network of the paper, or that of a file', (t) => {
  const results = sampleResults();
  const { weightsBytes } = results.folds[0]!.model;
  t.deepEqual(buildReport(results).network, { parameters: Math.round(weightsBytes / 4) });
  const network = { name: 'mlp.json', digest: someDigest('a') };
  const { network: told } = buildReport({ ...results, network });
  t.like(told, { file: 'mlp.json', digest: network.digest });
});
