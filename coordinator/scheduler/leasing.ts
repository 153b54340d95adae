import type { WorkerId } from '../../shared/domain.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { mayTake } from './failures.ts';
import { checkpointsOf } from './kept-checkpoints.ts';
import { PREPROCESSING } from './parts.ts';
import type { RunState, Step, WorkerState } from './state.ts';
import { type Late, lateFolds, nextLate } from './stragglers.ts';
import { alsoDo, happen } from './transitions.ts';
import { isOpen, type Waiting } from './work.ts';

export { isLive, isOpen } from './work.ts';

/**
 * Gives waiting work to idle workers: the fold that failed least and is lowest first, then the evaluations in order, workers in
 * order of arrival. Where nothing waits, they help out with what is late.
 */
export function assignWaiting(step: Step): Step {
  const [state] = step;
  const idle = [...state.workers].filter(([, known]) => isReady(known, state.nowMs));
  if (idle.length === 0) return step;
  const next = state.best === null ? folds(state) : evaluations(state.best);
  return idle.reduce<Step>((soFar, [worker, known]) => {
    const id = next(soFar[0], known);
    return id === null ? soFar : assign(soFar, worker, id);
  }, step);
}

/** Finds the next work for a worker. */
type Next = (state: RunState, known: WorkerState) => AttemptId | null;

/** One whose lease is over is about to be dismissed. */
const isReady = (worker: WorkerState, nowMs: number): boolean =>
  worker.busy === null &&
  worker.isConnected &&
  worker.restsUntilMs <= nowMs &&
  worker.leaseEndsMs > nowMs;

function folds(state: RunState): Next {
  const failed = failedFolds(state);
  let late: Late[] | undefined;
  return (current, known) => {
    const fresh = firstFresh(current, known);
    if (fresh !== null) return fresh;
    const place = failed.findIndex(({ work }) => mayTake(current, work, known));
    const [taken] = place < 0 ? [] : failed.splice(place, 1);
    if (taken !== undefined) return idOf(taken);
    if (failed.length > 0 || current.folds.tally.fresh > 0) return null;
    late ??= lateFolds(current);
    return nextLate(current, late, known);
  };
}

interface WaitingFold {
  readonly fold: number;
  readonly work: Waiting;
}

const idOf = ({ fold, work: { attempt } }: WaitingFold): AttemptId => ({
  task: 'fold',
  fold,
  attempt,
});

function firstFresh(state: RunState, known: WorkerState): AttemptId | null {
  for (const [fold, work] of state.folds.where(({ fresh }) => fresh > 0)) {
    if (work.status === 'waiting' && mayTake(state, work, known)) return idOf({ fold, work });
  }
  return null;
}

/** A fold that keeps failing is not to hold up the others. */
function failedFolds({ folds }: RunState): WaitingFold[] {
  const found: WaitingFold[] = [];
  for (const [fold, work] of folds.where(({ failed }) => failed > 0)) {
    if (work.status === 'waiting') found.push({ fold, work });
  }
  return found.sort((a, b) => a.work.failures.length - b.work.failures.length);
}

const evaluations =
  (fold: number): Next =>
  (state, known) => {
    for (const [task, work] of state.evaluations) {
      if (!isOpen(state, task) || work.status !== 'waiting') continue;
      if (mayTake(state, work, known)) return { task, fold, attempt: work.attempt };
    }
    return null;
  };

function assign(step: Step, worker: WorkerId, id: AttemptId): Step {
  return alsoDo(happen(step, startOf(step[0], id, worker)), { type: 'assign', worker, id });
}

function startOf(state: RunState, id: AttemptId, worker: WorkerId): ProgressEvent {
  const { task, fold, attempt } = id;
  if (task === 'test') return { type: 'run.test-started', fold, attempt, worker };
  if (task === 'fold') {
    const fromEpoch = checkpointsOf(state, fold)[0]?.epoch ?? 0;
    return { type: 'fold.started', fold, attempt, worker, fromEpoch };
  }
  const preprocessing = PREPROCESSING[task];
  return { type: 'run.transfer-started', preprocessing, fold, attempt, worker };
}
