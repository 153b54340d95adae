import type { WorkerId } from '../shared/domain.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { Effect, RunState, Step, Work, WorkerState } from './state.ts';

/** Gives waiting work to idle workers: lowest fold first, workers in order of arrival. */
export function assignWaiting(state: RunState, effects: readonly Effect[]): Step {
  const all = [...effects];
  let current = state;
  for (const [worker, { busy, restsUntilMs }] of state.workers) {
    if (busy !== null || restsUntilMs > state.nowMs) continue;
    const id = nextWork(current, worker);
    if (id === null) continue;
    current = lease(current, worker, id);
    const { fold, attempt } = id;
    const type = id.task === 'fold' ? 'fold.started' : 'run.test-started';
    all.push(
      { type: 'publish', event: { type, fold, attempt, worker } },
      { type: 'assign', worker, id },
    );
  }
  return [current, all];
}

function nextWork(state: RunState, worker: WorkerId): AttemptId | null {
  if (state.best !== null) {
    const { attempt } = state.evaluation;
    const isFree = mayTake(state, state.evaluation, worker);
    return isFree ? { task: 'test', fold: state.best, attempt } : null;
  }
  const fold = state.folds.findIndex((work) => mayTake(state, work, worker));
  const waiting = state.folds[fold];
  return waiting === undefined ? null : { task: 'fold', fold, attempt: waiting.attempt };
}

/** A machine that failed at some work leaves it to another, as long as there is another. */
function mayTake(state: RunState, work: Work<unknown>, worker: WorkerId): boolean {
  if (work.status !== 'waiting') return false;
  const { failedAt } = work;
  if (!failedAt.includes(worker)) return true;
  return [...state.workers.keys()].every((other) => failedAt.includes(other));
}

function lease(state: RunState, worker: WorkerId, id: AttemptId): RunState {
  const known = state.workers.get(worker);
  const work = workOf(state, id);
  if (known === undefined || work === null) return state;
  const { attempt } = id;
  const { failedAt } = work;
  const leased = replaceWork(state, id, { status: 'leased', attempt, worker, epoch: 0, failedAt });
  return { ...leased, workers: withWorker(leased, worker, { ...known, busy: id }) };
}

type Open = Extract<Work<never>, { status: 'waiting' | 'leased' }>;

/** The work an attempt is about, while it is neither done nor given up. */
export function workOf(state: RunState, id: AttemptId): Open | null {
  const isSelected = id.fold === state.best;
  const evaluation = isSelected ? state.evaluation : undefined;
  const work = id.task === 'fold' ? state.folds[id.fold] : evaluation;
  return work?.status === 'waiting' || work?.status === 'leased' ? work : null;
}

export function replaceWork(
  state: RunState,
  id: AttemptId,
  work: Exclude<Work<never>, { status: 'done' }>,
): RunState {
  if (id.task !== 'fold') return { ...state, evaluation: work };
  return { ...state, folds: state.folds.with(id.fold, work) };
}

export function withWorker(
  state: RunState,
  worker: WorkerId,
  value: WorkerState,
): RunState['workers'] {
  const workers = new Map(state.workers);
  workers.set(worker, value);
  return workers;
}
