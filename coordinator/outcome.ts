import type {
  EvaluationPart,
  EvaluationResult,
  FoldResult,
  Preprocessing,
} from '../shared/domain.ts';
import type { ProgressEvent } from '../shared/events.ts';
import { mean, standardDeviation } from '../shared/statistics.ts';
import type { Finished, RunState } from './state.ts';

export type TransferPart = Exclude<EvaluationPart, 'test'>;

/** How the pictures of a part were made. */
export const PREPROCESSING = {
  'transfer-paper': 'paper',
  'transfer-fit': 'fit',
} as const satisfies Record<TransferPart, Preprocessing>;

/** The results of all folds in fold order; null while one is missing. */
export function foldResults({ folds }: RunState): readonly FoldResult[] | null {
  const results = folds.flatMap((fold) => (fold.status === 'done' ? [fold.result] : []));
  return results.length === folds.length ? results : null;
}

/** The result of an evaluation, once there is one. */
export function evaluationResult(
  { evaluations }: RunState,
  part: EvaluationPart,
): EvaluationResult | null {
  const work = evaluations.get(part);
  return work?.status === 'done' ? work.result : null;
}

/**
 * What a run has come to whose evaluations have ended; null while there is more to do. Folds and
 * test must be there. The transfer evaluation counts as a whole: where one part of it was given
 * up, the run finishes without it.
 */
export function finishedOutcome(state: RunState): Finished | null {
  const folds = foldResults(state);
  const evaluation = evaluationResult(state, 'test');
  if (folds === null || evaluation === null) return null;
  const base = { status: 'finished', folds, best: evaluation.fold, evaluation } as const;
  const lacking = transferWarnings(state);
  const warnings = [...state.warnings, ...lacking];
  if (lacking.length > 0) return { ...base, warnings };
  if (!state.evaluations.has('transfer-paper')) return { ...base, warnings };
  const paper = evaluationResult(state, 'transfer-paper');
  const fit = evaluationResult(state, 'transfer-fit');
  return paper === null || fit === null ? null : { ...base, warnings, transfer: { paper, fit } };
}

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
