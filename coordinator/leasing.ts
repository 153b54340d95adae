import type { WorkerId } from '../shared/domain.ts';
import type { ProgressEvent } from '../shared/events.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import { PREPROCESSING } from './outcome.ts';
import {
  isOver,
  type Effect,
  type RunState,
  type Step,
  type Work,
  type WorkerState,
} from './state.ts';

/**
 * Gives waiting work to idle workers: lowest fold first, then the evaluations in order, workers in
 * order of arrival.
 */
export function assignWaiting(state: RunState, effects: readonly Effect[]): Step {
  const all = [...effects];
  let current = state;
  for (const [worker, known] of state.workers) {
    if (!isReady(known, state.nowMs)) continue;
    const id = nextWork(current, worker);
    if (id === null) continue;
    current = lease(current, worker, id);
    all.push({ type: 'publish', event: startOf(id, worker) }, { type: 'assign', worker, id });
  }
  return [current, all];
}

/** One whose lease is over is about to be dismissed. */
const isReady = ({ busy, restsUntilMs, leaseEndsMs }: WorkerState, nowMs: number): boolean =>
  busy === null && restsUntilMs <= nowMs && leaseEndsMs > nowMs;

function startOf({ task, fold, attempt }: AttemptId, worker: WorkerId): ProgressEvent {
  if (task === 'fold') return { type: 'fold.started', fold, attempt, worker };
  if (task === 'test') return { type: 'run.test-started', fold, attempt, worker };
  const preprocessing = PREPROCESSING[task];
  return { type: 'run.transfer-started', preprocessing, fold, attempt, worker };
}

function nextWork(state: RunState, worker: WorkerId): AttemptId | null {
  if (state.best !== null) return nextEvaluation(state, state.best, worker);
  const fold = state.folds.findIndex((work) => mayTake(state, work, worker));
  const waiting = state.folds[fold];
  return waiting === undefined ? null : { task: 'fold', fold, attempt: waiting.attempt };
}

function nextEvaluation(state: RunState, fold: number, worker: WorkerId): AttemptId | null {
  for (const [task, work] of state.evaluations) {
    if (!isOpen(state, task) || !mayTake(state, work, worker)) continue;
    return { task, fold, attempt: work.attempt };
  }
  return null;
}

/**
 * Whether a part may be looked at: the test part once every fold is done and one is selected, the
 * transfer parts once the test is done.
 */
export function isOpen({ best, evaluations }: RunState, part: DatasetPartName): boolean {
  if (part === 'train') return true;
  if (part === 'test') return best !== null;
  return evaluations.get('test')?.status === 'done';
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
  const work = anyWorkOf(state, id);
  return work?.status === 'waiting' || work?.status === 'leased' ? work : null;
}

function anyWorkOf({ folds, evaluations, best }: RunState, { task, fold }: AttemptId) {
  if (task === 'fold') return folds[fold];
  return fold === best ? evaluations.get(task) : undefined;
}

/** True while this attempt holds the lease of its work at this worker. */
export function isLive(state: RunState, worker: WorkerId, id: AttemptId): boolean {
  if (isOver(state.phase)) return false;
  const work = workOf(state, id);
  return work?.status === 'leased' && work.worker === worker && work.attempt === id.attempt;
}

export function replaceWork(
  state: RunState,
  id: AttemptId,
  work: Exclude<Work<never>, { status: 'done' }>,
): RunState {
  const { task, fold } = id;
  if (task === 'fold') return { ...state, folds: state.folds.with(fold, work) };
  return { ...state, evaluations: new Map(state.evaluations).set(task, work) };
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
