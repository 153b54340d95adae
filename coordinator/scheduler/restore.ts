import { DataError } from '../../shared/errors.ts';
import { apply } from './facts.ts';
import { violations } from './invariants.ts';
import type { Fact } from '../record/record.ts';
import { initialState, type RunSize } from './scheduler.ts';
import type { RunState, WorkerState } from './state.ts';

/**
 * The state of a run from all its facts, as it was when the last of them was recorded. Workers that
 * hold a lease may come back within a full term; others have to join anew. A run that was cancelled
 * goes on; one that finished or failed stays so.
 *
 * @param nowMs - on the monotonic clock; times of the facts, by the wall clock, are counted back from
 *   it
 * @throws DataError where the facts contradict each other
 */
export function restoreState(size: RunSize, facts: readonly Fact[], nowMs: number): RunState {
  const last = facts.at(-1);
  const begin = { ...initialState(size), nowMs };
  if (last === undefined) return begin;
  const endedMs = Date.parse(last.event.time);
  let state: RunState = begin;
  for (const { event, result } of facts) {
    // Stopping is not an end.
    if (event.type === 'run.cancelled') continue;
    const agoMs = Math.max(0, endedMs - Date.parse(event.time));
    state = apply({ ...state, nowMs: nowMs - agoMs }, event, result);
  }
  const life = 1 + facts.filter(({ event }) => event.type === 'run.resumed').length;
  return checked(reopened({ ...state, nowMs, life }));
}

/** Nobody is connected yet. */
function reopened(state: RunState): RunState {
  const deadlineMs = state.nowMs + state.limits.leaseMs;
  const holders = [...state.workers].filter(([, { busy }]) => busy !== null);
  const workers = new Map(
    holders.map(([worker, known]): [typeof worker, WorkerState] => [
      worker,
      { ...known, isConnected: false, leaseEndsMs: deadlineMs },
    ]),
  );
  return { ...state, workers, settledMs: deadlineMs };
}

function checked(state: RunState): RunState {
  const broken = violations(state);
  if (broken.length === 0) return state;
  throw new DataError(`the record of the run contradicts itself: ${broken.join('; ')}`);
}
