import type { EvaluationResult, FoldResult } from '../shared/domain.ts';
import type { ProgressEvent } from '../shared/events.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import { assignWaiting, isLive } from './leasing.ts';
import { PREPROCESSING } from './outcome.ts';
import { selectBest } from './selection.ts';
import type { Effect, RunState, Step } from './state.ts';
import { free, proceed, publish } from './transitions.ts';

/** Selects the best fold, whose model is evaluated from now on. */
export function beginEvaluating(
  state: RunState,
  results: readonly FoldResult[],
  effects: readonly Effect[],
): Step {
  const best = selectBest(results);
  const validationAccuracy = results[best]?.validation.accuracy ?? Number.NaN;
  const selected = publish({ type: 'run.selected', fold: best, validationAccuracy });
  return assignWaiting({ ...state, phase: 'evaluating', best }, [...effects, selected]);
}

/** Accepts the result of an evaluation that holds a lease; a repeated one is only acknowledged. */
export function evaluated(state: RunState, result: EvaluationResult): Step {
  const { part, fold, attempt, worker } = result;
  const id: AttemptId = { task: part, fold, attempt };
  const repeated = state.evaluations.get(part);
  if (repeated?.status === 'done' && repeated.attempt === attempt) {
    return [state, [{ type: 'acknowledge', worker, id }]];
  }
  if (!isLive(state, worker, id)) return [state, []];
  const done = { status: 'done', attempt, result } as const;
  const evaluations = new Map(state.evaluations).set(part, done);
  return proceed(free({ ...state, evaluations }, worker), [
    publish(completionOf(result)),
    { type: 'acknowledge', worker, id },
  ]);
}

function completionOf({ part, score, ...result }: EvaluationResult): ProgressEvent {
  const { fold, attempt, worker } = result;
  const { loss, accuracy } = score;
  const scored = { fold, attempt, worker, loss, accuracy };
  if (part === 'test') return { type: 'run.test-completed', ...scored };
  return { type: 'run.transfer-completed', preprocessing: PREPROCESSING[part], ...scored };
}
