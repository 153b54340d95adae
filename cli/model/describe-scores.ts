import { describeEvaluation } from '../../coordinator/report/evaluation-json.ts';
import type { ReportEvaluation } from '../../coordinator/report/report-schema.ts';
import type { TransferResults } from '../../coordinator/report/run-results.ts';
import { describeTransfer } from '../../coordinator/report/transfer-json.ts';
import { partDigest } from '../../shared/data/digest.ts';
import type { EvaluationResult } from '../../shared/domain.ts';
import type { SavedModel } from '../../worker/trainer/inspect-model.ts';
import type { ScoredData } from './load-scored-data.ts';

/** All that `foldwise evaluate` has found out. */
export interface ModelScores {
  readonly model: SavedModel;
  readonly classes: readonly string[];
  readonly data?: ScoredData;
  readonly test?: EvaluationResult;
  readonly transfer?: TransferResults;
}

/**
 * What `--json` prints: `test` and `transfer` have the keys they have in `report.json`, but for
 * what only a run has (the attempt and the worker).
 */
export function describeScores({ model, classes, data, test, transfer }: ModelScores) {
  return {
    schema: 1,
    model: describeModel(model),
    ...(data === undefined ? {} : { data: describeData(data) }),
    ...(test === undefined ? {} : { test: withoutRun(describeEvaluation(test, classes)) }),
    ...(transfer === undefined ? {} : { transfer: describeBothWays(model, classes, transfer) }),
  };
}

function describeModel({ info, metadata }: SavedModel) {
  const { topologyDigest, weightsDigest } = info;
  const trained = metadata && {
    ...{ fold: metadata.fold, seed: metadata.seed, dataset: metadata.dataset },
  };
  return { topologyDigest, weightsDigest, ...trained };
}

function describeData({ name, synthetic, part, images, notes }: ScoredData) {
  const count = images.labels.length;
  return { name, synthetic, part, count, digest: partDigest(images), notes };
}

function describeBothWays(
  { input: image }: SavedModel,
  classes: readonly string[],
  results: TransferResults,
) {
  const described = describeTransfer({ plan: { dataset: { classes, image } } }, results, []);
  const { paper, fit } = described;
  // Pictures are for the eye: they are in report.html.
  return { ...without(described, 'samples'), paper: withoutRun(paper), fit: withoutRun(fit) };
}

const withoutRun = <Evaluation extends ReportEvaluation>(evaluation: Evaluation) =>
  without(evaluation, 'fold', 'attempt', 'worker');

function without<Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Omit<Value, Key> {
  const kept = Object.entries(value).filter(([key]) => !keys.includes(key as Key));
  return Object.fromEntries(kept) as Omit<Value, Key>;
}
