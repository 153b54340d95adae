import test from 'ava';
import { parse } from 'csv-parse/sync';
import { renderCvResults } from '../../../coordinator/report/cv-results.ts';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import type { Report } from '../../../coordinator/report/report-schema.ts';
import { sampleResults } from './sample-results.ts';

function rowOf(report: Report): Record<string, string> {
  const rows = parse<Record<string, string>>(renderCvResults(report), { columns: true });
  if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
  return rows[0]!;
}

const withConfig = (config: Record<string, unknown>): Report => {
  const report = buildReport(sampleResults());
  return { ...report, run: { ...report.run, config } };
};

test('the columns have the names and the order of scikit-learn', (t) => {
  const names = Object.keys(rowOf(withConfig({ epochs: 15 })));
  t.deepEqual(names.slice(0, 15), [
    ...['mean_fit_time', 'std_fit_time', 'mean_score_time', 'std_score_time'],
    ...['param_epochs', 'param_dataset', 'param_synthetic', 'params'],
    ...['split0_test_score', 'split1_test_score', 'split2_test_score'],
    ...['mean_test_score', 'std_test_score', 'rank_test_score'],
    ...['split0_last_epoch_train_accuracy'],
  ]);
});

test('scores are read back to the last digit', (t) => {
  const report = buildReport(sampleResults({ k: 4 }));
  const row = rowOf(report);
  t.deepEqual(
    report.folds.map((_, fold) => Number(row[`split${fold}_test_score`])),
    report.folds.map(({ validation }) => validation.accuracy),
  );
  t.is(Number(row.mean_test_score), report.summary.meanValidationAccuracy);
  t.is(Number(row.std_test_score), report.summary.stdValidationAccuracy);
  t.is(row.rank_test_score, '1');
});

test('times are mean and deviation over the folds', (t) => {
  const report = buildReport(sampleResults({ k: 2 }));
  const folds = report.folds.map((fold, index) => ({ ...fold, fitSeconds: [10, 14][index]! }));
  const row = rowOf({ ...report, folds });
  t.is(row.mean_fit_time, '12');
  t.is(row.std_fit_time, '2');
});

test('the accuracy of training keeps out of train_score, which means something else', (t) => {
  const report = buildReport(sampleResults());
  const row = rowOf(report);
  t.false(Object.keys(row).some((name) => name.includes('train_score')));
  const last = report.folds[1]!.epochs.at(-1)!.trainAccuracy;
  t.is(Number(row.split1_last_epoch_train_accuracy), last);
});

test('params are JSON and say whether the data are synthetic', (t) => {
  const row = rowOf(buildReport(sampleResults({ synthetic: true })));
  const params = JSON.parse(row.params!) as Record<string, unknown>;
  t.like(params, { dataset: 'synthetic', synthetic: true, lr: 0.001, folds: 3 });
  t.is(row.param_synthetic, 'true');
});

test('settings with quotes, commas and line breaks come back unharmed', (t) => {
  const data = 'a "quoted", broken\nname\r\n';
  const row = rowOf(withConfig({ data }));
  t.is(row.param_data, data);
  t.is((JSON.parse(row.params!) as { data: string }).data, data);
});

test('a setting that a spreadsheet would run as a formula is disarmed', (t) => {
  t.is(rowOf(withConfig({ data: '=cmd|calc!A1' })).param_data, "'=cmd|calc!A1");
});

test('equal reports give equal files', (t) => {
  const render = () => renderCvResults(buildReport(sampleResults()));
  t.is(render(), render());
});
