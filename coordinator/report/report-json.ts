import type { EvaluationResult, FoldResult } from '../../shared/domain.ts';
import { perClass } from '../../shared/metrics.ts';
import {
  accuracyInterval,
  mean,
  meanScoreInterval,
  standardDeviation,
} from '../../shared/statistics.ts';
import { REPORT_SCHEMA, type Report, type ReportFold } from './report-schema.ts';
import type { RunResults } from './run-results.ts';

const SELECTION = {
  rule: 'highest validation accuracy, then lowest validation loss, then lowest fold',
  caution:
    "The selected fold's own validation accuracy is the highest of all folds and therefore " +
    'optimistic. Quote the mean over the folds, and the test accuracy, which had no part in the ' +
    'choice.',
};

/** Makes the content of `report.json` of a finished run. Pure. */
export function buildReport(results: RunResults): Report {
  const { plan, config, versions, folds, evaluation, duplicates, warnings } = results;
  const { startedAt, finishedAt } = results;
  return {
    schema: REPORT_SCHEMA,
    run: { id: plan.run, seed: plan.seed, config: { ...config }, versions, startedAt, finishedAt },
    data: describeData(results),
    folds: folds.map(describeFold),
    summary: summarise(folds, results.best),
    test: describeTest(evaluation, plan.dataset.classes),
    duplicates,
    warnings,
  };
}

function describeData({ plan: { dataset } }: RunResults): Report['data'] {
  const { name, digest, synthetic, train, test, classes, image, limit } = dataset;
  const sizes = { trainSize: train.count, testSize: test.count };
  return {
    ...{ name, digest, synthetic, ...sizes, classes, image },
    ...(limit === undefined ? {} : { limit }),
  };
}

function describeFold(result: FoldResult): ReportFold {
  const { fold, attempt, worker, trainSize, validationSize, fitSeconds, scoreSeconds } = result;
  const { epochs, validation, environment } = result;
  const { topologyDigest, weightsDigest, weightsBytes } = result.model;
  return {
    ...{ fold, attempt, worker, trainSize, validationSize, fitSeconds, scoreSeconds },
    ...{ epochs, validation, model: { topologyDigest, weightsDigest, weightsBytes }, environment },
  };
}

function summarise(folds: readonly FoldResult[], bestFold: number): Report['summary'] {
  const scores = folds.map(({ validation }) => validation.accuracy);
  const sizes = {
    trainSize: mean(folds.map(({ trainSize }) => trainSize)),
    validationSize: mean(folds.map(({ validationSize }) => validationSize)),
  };
  return {
    meanValidationAccuracy: mean(scores),
    stdValidationAccuracy: standardDeviation(scores),
    bestFold,
    interval: {
      level: 0.95,
      ...meanScoreInterval(scores, sizes),
      method: 'Nadeau–Bengio corrected resampled t',
    },
    selection: SELECTION,
  };
}

function describeTest(evaluation: EvaluationResult, classes: readonly string[]): Report['test'] {
  const { test, fold, attempt, worker, seconds, environment } = evaluation;
  const { loss, accuracy, confusion } = test;
  const correct = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  return {
    ...{ loss, accuracy, confusion },
    perClass: perClass(confusion, classes),
    interval: { level: 0.95, ...accuracyInterval(correct, total), method: 'Wilson score' },
    ...{ fold, attempt, worker, seconds, environment },
  };
}
