import type { EvaluationPart, EvaluationResult, FoldResult } from '../../shared/domain.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import { mean, standardDeviation } from '../../shared/statistics.ts';
import type { Finished, MissingFold, Outcome, RunState } from './state.ts';

/** The results of all folds that are done, in fold order. */
export function foldResults({ folds }: RunState): readonly FoldResult[] {
  const results: FoldResult[] = [];
  for (const fold of folds) if (fold.status === 'done') results.push(fold.result);
  return results;
}

/** Folds without a result, and why. */
export const missingFolds = ({ folds }: RunState): readonly MissingFold[] =>
  [...folds].flatMap((work, fold) => {
    if (work.status === 'done') return [];
    const reason =
      work.status === 'exhausted' ? work.reason : 'the run ended before it was trained';
    return [{ fold, reason }];
  });

/** True once there is nothing more to train. */
export const areFoldsSettled = ({ folds }: RunState): boolean =>
  folds.tally.done + folds.tally.exhausted === folds.length;

/** The result of an evaluation, once there is one. */
export function evaluationResult(
  { evaluations }: RunState,
  part: EvaluationPart,
): EvaluationResult | null {
  const work = evaluations.get(part);
  return work?.status === 'done' ? work.result : null;
}

/** True once nothing more is to be done: see {@link finishedOutcome}. */
export function isComplete(state: RunState): boolean {
  const { evaluations, folds } = state;
  const isTested = evaluations.get('test')?.status === 'done';
  if (!isTested || !areFoldsSettled(state) || folds.tally.done === 0) return false;
  const statuses = [...evaluations.values()].map(({ status }) => status);
  return statuses.includes('exhausted') || statuses.every((status) => status === 'done');
}

/**
 * What a run has come to whose evaluations have ended; null while there is more to do. The test must
 * be there, and a fold; others may be missing. The transfer evaluation counts as a whole: where one
 * part of it was given up, the run finishes without it.
 */
export function finishedOutcome(state: RunState): Finished | null {
  const evaluation = evaluationResult(state, 'test');
  if (evaluation === null || !isComplete(state)) return null;
  const folds = foldResults(state);
  const missing = missingFolds(state);
  const transferLack = transferWarnings(state);
  const lacking = [
    ...missing.map(({ fold, reason }) => missingWarning(fold, reason)),
    ...transferLack,
  ];
  const warnings = [...new Set([...state.warnings, ...lacking])];
  const best = evaluation.fold;
  const base = { status: 'finished', folds, missing, best, evaluation, warnings } as const;
  if (transferLack.length > 0 || !state.evaluations.has('transfer-paper')) return base;
  const paper = evaluationResult(state, 'transfer-paper');
  const fit = evaluationResult(state, 'transfer-fit');
  return paper === null || fit === null ? null : { ...base, transfer: { paper, fit } };
}

const missingWarning = (fold: number, reason: string): string =>
  `The results are incomplete: fold ${fold} failed: ${reason}`;

/** Why there is no transfer evaluation though there should be. */
function transferWarnings({ evaluations }: RunState): string[] {
  return [...evaluations].flatMap(([part, work]) =>
    part !== 'test' && work.status === 'exhausted'
      ? [
          `The results are without the transfer evaluation: ${part} failed at attempt ` +
            `${work.attempt}: ${work.reason}`,
        ]
      : [],
  );
}

/** What there is of a run that failed: incomplete results. */
export const failedOutcome = (state: RunState, reason: string): Outcome => ({
  status: 'failed',
  reason,
  folds: foldResults(state),
  missing: missingFolds(state),
});

/** How a run has ended; null while it goes on, and where it was stopped to go on later. */
export function outcomeOf(state: RunState): Outcome | null {
  if (state.phase === 'finished') return finishedOutcome(state);
  return state.phase === 'failed' ? failedOutcome(state, state.failure ?? '') : null;
}

export function finishedEvent(
  { synthetic }: RunState,
  { folds, evaluation, transfer }: Finished,
): ProgressEvent {
  const accuracies = folds.map(({ validation }) => validation.accuracy);
  const { loss, accuracy } = evaluation.score;
  return {
    type: 'run.finished',
    synthetic,
    bestFold: evaluation.fold,
    meanValidationAccuracy: mean(accuracies),
    stdValidationAccuracy: standardDeviation(accuracies),
    testLoss: loss,
    testAccuracy: accuracy,
    ...(transfer === undefined ? {} : { transfer: accuraciesOf(transfer) }),
  };
}

const accuraciesOf = ({ paper, fit }: NonNullable<Finished['transfer']>) => ({
  paper: paper.score.accuracy,
  fit: fit.score.accuracy,
});
