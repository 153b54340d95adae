import type { FoldResult } from '../../shared/domain.ts';
import { mean, meanScoreInterval, standardDeviation } from '../../shared/statistics.ts';
import { describeEvaluation } from './evaluation-json.ts';
import { REPORT_SCHEMA, type Report, type ReportFold } from './report-schema.ts';
import type { RunResults } from './run-results.ts';
import { describeCoverage, describeTransfer } from './transfer-json.ts';
import type { ReportSample } from './transfer-schema.ts';

const SELECTION = {
  rule: 'highest validation accuracy, then lowest validation loss, then lowest fold',
  caution:
    "The selected fold's own validation accuracy is the highest of all folds and therefore " +
    'optimistic. Quote the mean over the folds, and the test accuracy, which had no part in the ' +
    'choice.',
};

/**
 * Makes the content of `report.json` of a finished run. Pure.
 *
 * @param samples - pictures of the transfer evaluation, from `encodeSamples`
 */
export function buildReport(results: RunResults, samples: readonly ReportSample[] = []): Report {
  const { plan, config, versions, folds, evaluation, transfer, duplicates, warnings } = results;
  const { startedAt, finishedAt } = results;
  return {
    schema: REPORT_SCHEMA,
    run: { id: plan.run, seed: plan.seed, config: { ...config }, versions, startedAt, finishedAt },
    data: describeData(results),
    network: describeNetwork(results),
    ...(results.missing.length > 0 && { incomplete: { missing: [...results.missing] } }),
    folds: folds.map(describeFold),
    summary: summarise(folds, results.best),
    test: describeEvaluation(evaluation, plan.dataset.classes),
    ...(transfer && { transfer: describeTransfer(results, transfer, samples) }),
    duplicates,
    warnings,
  };
}

function describeData({ plan: { dataset }, coverage }: RunResults): Report['data'] {
  const { name, digest, synthetic, train, test, classes, image, limit, holdOut } = dataset;
  const sizes = { trainSize: train.count, testSize: test.count };
  return {
    ...{ name, digest, synthetic, ...sizes, classes, image },
    ...(limit === undefined ? {} : { limit }),
    ...(holdOut && { holdOut: { fraction: holdOut.fraction, seed: holdOut.seed } }),
    ...(coverage && { coverage: describeCoverage(coverage) }),
  };
}

/** All weights are of four bytes each. */
function describeNetwork({ network, folds }: RunResults): Report['network'] {
  const parameters = Math.round((folds[0]?.model.weightsBytes ?? 0) / 4);
  return { ...(network && { file: network.name, digest: network.digest }), parameters };
}

/** A fold as `report.json` has it. */
export function describeFold(result: FoldResult): ReportFold {
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
