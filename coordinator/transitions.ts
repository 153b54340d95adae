import type { WorkerId } from '../shared/domain.ts';
import type { ProgressEvent } from '../shared/events.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { Effect, Outcome, Phase, RunState, Work } from './state.ts';

/** The moves of the scheduler: each takes a state and yields the next with what is to be done. */
export type Step = readonly [RunState, readonly Effect[]];

export const isOver = (phase: Phase): boolean => phase !== 'training' && phase !== 'evaluating';

export const publish = (event: ProgressEvent): Effect => ({ type: 'publish', event });

/** Gives waiting work to idle workers: lowest fold first, workers in order of arrival. */
export function assignWaiting(state: RunState, effects: readonly Effect[]): Step {
  const all = [...effects];
  let current = state;
  for (const [worker, { busy }] of state.workers) {
    if (busy !== null) continue;
    const id = nextWork(current);
    if (id === null) break;
    current = lease(current, worker, id);
    const { fold, attempt } = id;
    const type = id.task === 'fold' ? 'fold.started' : 'run.test-started';
    all.push(publish({ type, fold, attempt, worker }), { type: 'assign', worker, id });
  }
  return [current, all];
}

function nextWork(state: RunState): AttemptId | null {
  if (state.best !== null) {
    const { status, attempt } = state.evaluation;
    return status === 'waiting' ? { task: 'evaluation', fold: state.best, attempt } : null;
  }
  const fold = state.folds.findIndex(({ status }) => status === 'waiting');
  const waiting = state.folds[fold];
  return waiting === undefined ? null : { task: 'fold', fold, attempt: waiting.attempt };
}

function lease(state: RunState, worker: WorkerId, id: AttemptId): RunState {
  const known = state.workers.get(worker);
  if (known === undefined) return state;
  const workers = new Map(state.workers);
  workers.set(worker, { ...known, busy: id });
  return replaceWork({ ...state, workers }, id, { status: 'leased', attempt: id.attempt, worker });
}
/** An attempt that ended without a result. */
export interface Loss {
  readonly worker: WorkerId;
  readonly id: AttemptId;
  readonly reason: string;
}

/** Returns the work of a lost attempt to waiting, or gives it up after the last attempt. */
export function giveBack(state: RunState, loss: Loss, effects: readonly Effect[]): Step {
  const { id, worker, reason } = loss;
  if (id.attempt >= state.limits.maxAttempts) return exhaust(state, loss, effects);
  const next = replaceWork(state, id, { status: 'waiting', attempt: id.attempt + 1 });
  const events: Effect[] =
    id.task === 'fold'
      ? [publish({ type: 'fold.lost', fold: id.fold, attempt: id.attempt, worker, reason })]
      : [publish({ type: 'run.warning', message: `the final test starts again: ${reason}` })];
  return assignWaiting(next, [...effects, ...events]);
}

export function exhaust(state: RunState, loss: Loss, effects: readonly Effect[]): Step {
  const { id, worker, reason } = loss;
  const next = replaceWork(state, id, { status: 'exhausted', attempt: id.attempt, reason });
  const what = id.task === 'fold' ? `fold ${id.fold}` : 'the final test';
  const failure = `${what} failed at attempt ${id.attempt}: ${reason}`;
  const events: Effect[] =
    id.task === 'fold'
      ? [publish({ type: 'fold.failed', fold: id.fold, attempt: id.attempt, worker, reason })]
      : [];
  return end(next, 'failed', { status: 'failed', reason: failure }, [
    ...effects,
    ...events,
    publish({ type: 'run.failed', reason: failure }),
  ]);
}

/** Ends the run: whatever still trains is told to stop. */
export function end(
  state: RunState,
  phase: Phase,
  outcome: Outcome,
  effects: readonly Effect[],
): Step {
  const cancels = [...state.workers].flatMap(([worker, { busy }]): Effect[] =>
    busy === null ? [] : [{ type: 'cancel', worker, id: busy, reason: `the run is ${phase}` }],
  );
  return [{ ...state, phase }, [...effects, ...cancels, { type: 'end', outcome }]];
}

function replaceWork(
  state: RunState,
  id: AttemptId,
  work: Exclude<Work<never>, { status: 'done' }>,
): RunState {
  if (id.task === 'evaluation') return { ...state, evaluation: work };
  return { ...state, folds: state.folds.with(id.fold, work) };
}

/** Frees the worker of an attempt; it may have gone already. */
export function free(state: RunState, worker: WorkerId): RunState {
  const known = state.workers.get(worker);
  if (known === undefined) return state;
  const workers = new Map(state.workers);
  workers.set(worker, { ...known, busy: null });
  return { ...state, workers };
}
