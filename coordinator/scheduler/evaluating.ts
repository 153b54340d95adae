import type { EvaluationResult } from '../../shared/domain.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { PREPROCESSING } from './parts.ts';
import type { RunState, Step } from './state.ts';
import { alsoDo, happen, stay } from './transitions.ts';
import { isLive } from './work.ts';

/** Selects the best fold, of those there are, whose model is evaluated from now on. */
export function select(step: Step): Step {
  const { best } = step[0].folds.tally;
  if (best === null) throw new RangeError('no fold to select from');
  const { fold, validation } = best;
  return happen(step, { type: 'run.selected', fold, validationAccuracy: validation.accuracy });
}

/** Accepts the result of an evaluation that holds a lease; a repeated one is only acknowledged. */
export function evaluated(state: RunState, result: EvaluationResult): Step {
  const { part, fold, attempt, worker } = result;
  const id: AttemptId = { task: part, fold, attempt };
  const repeated = state.evaluations.get(part);
  if (repeated?.status === 'done' && repeated.attempt === attempt) {
    const isSender = repeated.result.worker === worker;
    return isSender ? [state, [{ type: 'acknowledge', worker, id }]] : stay(state);
  }
  if (!isLive(state, worker, id)) return stay(state);
  const done = happen(stay(state), completionOf(result), result);
  return alsoDo(done, { type: 'acknowledge', worker, id });
}

function completionOf({ part, score, ...result }: EvaluationResult): ProgressEvent {
  const { fold, attempt, worker } = result;
  const { loss, accuracy } = score;
  const scored = { fold, attempt, worker, loss, accuracy };
  if (part === 'test') return { type: 'run.test-completed', ...scored };
  return { type: 'run.transfer-completed', preprocessing: PREPROCESSING[part], ...scored };
}
