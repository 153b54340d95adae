import type { Environment, FoldResult } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import type { FoldWork } from './folds.ts';
import { MOST_WARNINGS, type RunState, type Step } from './state.ts';
import { alsoDo, happen, stay, supersede } from './transitions.ts';
import { isLive } from './work.ts';

/** Accepts the first result of an attempt at a fold that holds a lease. */
export function foldCompleted(state: RunState, result: FoldResult): Step {
  const { fold, attempt, worker } = result;
  const id: AttemptId = { task: 'fold', fold, attempt };
  const work = state.folds.at(fold);
  if (work?.status === 'done') return completedAgain(state, work, result);
  if (!isLive(state, worker, id)) return stay(state);
  const kept = alsoDo(stay(state), { type: 'keepModel', result });
  const completed = happen(
    kept,
    {
      ...{ type: 'fold.completed', fold, attempt, worker },
      validationLoss: result.validation.loss,
      validationAccuracy: result.validation.accuracy,
      fitSeconds: result.fitSeconds,
      weightsDigest: result.model.weightsDigest,
    },
    result,
  );
  const acknowledged = alsoDo(completed, { type: 'acknowledge', worker, id });
  return supersede(acknowledged, { before: state, id, reason: `attempt ${attempt} was first` });
}

type Done = Extract<FoldWork, { status: 'done' }>;

/**
 * A repeated result is acknowledged again. That of another attempt at the fold is only held against
 * the accepted one: on like machines they agree to the bit.
 */
function completedAgain(
  state: RunState,
  { result: accepted, began }: Done,
  result: FoldResult,
): Step {
  const { fold, attempt, worker } = result;
  const id: AttemptId = { task: 'fold', fold, attempt };
  if (attempt === accepted.attempt) {
    const isSender = worker === accepted.worker;
    return isSender ? [state, [{ type: 'acknowledge', worker, id }]] : stay(state);
  }
  // Whoever never had that attempt has nothing to say of it.
  if (!began.some((one) => one.attempt === attempt && one.worker === worker)) return stay(state);
  const isEqual = result.model.weightsDigest === accepted.model.weightsDigest;
  if (isEqual || !areAlike(result.environment, accepted.environment)) return stay(state);
  return warn(
    state,
    `Attempts ${accepted.attempt} and ${attempt} at fold ${fold} ended with different weights, ` +
      `on machines that are alike (${accepted.environment.host}, ${result.environment.host}).`,
  );
}

/** Told once, and among the results in the end. */
export function warn(state: RunState, message: string): Step {
  const { warnings } = state;
  if (warnings.includes(message) || warnings.length >= MOST_WARNINGS) return stay(state);
  return happen(stay(state), { type: 'run.warning', message });
}

/** Whether two attempts have to agree to the bit. */
function areAlike(a: Environment, b: Environment): boolean {
  const traits = (environment: Environment): string => {
    const { engine, tensorflow, device, processor, processorFeatures } = environment;
    const { threads, step, xla = false } = environment;
    const features = processorFeatures.toSorted();
    return JSON.stringify([engine, tensorflow, device, processor, features, threads, step, xla]);
  };
  return traits(a) === traits(b);
}
