import { stringify } from 'csv-stringify/sync';
import { mean, standardDeviation } from '../../shared/statistics.ts';
import type { Report } from './report-schema.ts';

/**
 * Makes `cv_results.csv`: `cv_results_` of a scikit-learn search with one candidate, as
 * `pandas.DataFrame(search.cv_results_).to_csv()` would write it, scored by accuracy. In its names
 * "test" is the validation part of a fold. Its `train_score` is left out, since it would be the
 * score of the finished model on the training part, which nobody measured; what was measured, the
 * running accuracy of the last epoch, stands under a name of its own.
 */
export function renderCvResults(report: Report): string {
  const row = cvResultsRow(report);
  const cells = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]));
  return stringify([cells], { header: true, columns: Object.keys(row) });
}

function cvResultsRow({ run, data, folds, incomplete }: Report): Record<string, unknown> {
  // The flags keep scores on synthetic data, or of some folds, from passing for others.
  const params = {
    ...run.config,
    dataset: data.name,
    synthetic: data.synthetic,
    ...(incomplete && { incomplete: true }),
  };
  const numbers = folds.map(({ fold }) => fold);
  return {
    ...statistics(
      'fit_time',
      folds.map(({ fitSeconds }) => fitSeconds),
    ),
    ...statistics(
      'score_time',
      folds.map(({ scoreSeconds }) => scoreSeconds),
    ),
    ...Object.fromEntries(Object.entries(params).map(([key, value]) => [`param_${key}`, value])),
    params,
    ...splits(
      'test_score',
      numbers,
      folds.map(({ validation }) => validation.accuracy),
    ),
    rank_test_score: 1,
    ...splits(
      'last_epoch_train_accuracy',
      numbers,
      folds.map(({ epochs }) => epochs.at(-1)?.trainAccuracy ?? 0),
    ),
  };
}

function splits(
  name: string,
  folds: readonly number[],
  values: readonly number[],
): Record<string, number> {
  const each = values.map((value, index): [string, number] => [
    `split${folds[index] ?? index}_${name}`,
    value,
  ]);
  return { ...Object.fromEntries(each), ...statistics(name, values) };
}

function statistics(name: string, values: readonly number[]): Record<string, number> {
  return { [`mean_${name}`]: mean(values), [`std_${name}`]: standardDeviation(values) };
}

/** Numbers keep all their digits; text that a spreadsheet would run as a formula is disarmed. */
function cell(value: unknown): string {
  if (typeof value === 'string') return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return JSON.stringify(value) ?? '';
}
