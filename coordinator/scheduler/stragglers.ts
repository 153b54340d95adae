import type { AttemptId } from '../../shared/wire/results.ts';
import { maySecond } from './failures.ts';
import type { RunState, WorkerState } from './state.ts';
import type { Leased } from './work.ts';

/** So many folds have to be done, or half of them, before others can be late. */
const ENOUGH = 3;

/** A fold whose only attempt takes too long. */
export interface Late {
  readonly fold: number;
  readonly work: Leased;
}

/** Folds that are late, the one that began first at first. */
export function lateFolds(state: RunState): Late[] {
  const limitMs = latenessMs(state);
  if (limitMs === null) return [];
  return triedAlone(state)
    .filter(({ startedMs }) => state.nowMs - startedMs > limitMs)
    .sort((a, b) => a.startedMs - b.startedMs);
}

/** Folds of which one attempt is under way. */
function triedAlone({ folds }: RunState): (Late & { readonly startedMs: number })[] {
  const alone: (Late & { readonly startedMs: number })[] = [];
  for (const [fold, work] of folds.where(({ leased }) => leased > 0)) {
    if (work.status !== 'leased') continue;
    const [lease, second] = work.leases;
    if (lease === undefined || second !== undefined) continue;
    alone.push({ fold, work, startedMs: lease.startedMs });
  }
  return alone;
}

/**
 * A second attempt at what is late, for an idle worker that may try it; null where there is none.
 * The first valid completion wins.
 *
 * @param late - the fold that is taken is removed
 */
export function nextLate(state: RunState, late: Late[], worker: WorkerState): AttemptId | null {
  const place = late.findIndex(({ work }) => maySecond(state, work, worker));
  const [taken] = place < 0 ? [] : late.splice(place, 1);
  if (taken === undefined) return null;
  return { task: 'fold', fold: taken.fold, attempt: taken.work.attempt + 1 };
}

/**
 * How long an attempt may take: so many times the median of the folds that were trained from the
 * beginning, and never less than a lease, below which nothing is to be gained. Null as long as too
 * few folds are done to tell.
 */
function latenessMs({ folds, took, limits }: RunState): number | null {
  const { stragglerFactor, leaseMs } = limits;
  if (stragglerFactor <= 0) return null;
  const median = took.median();
  if (median === null || took.count < Math.min(ENOUGH, Math.ceil(folds.length / 2))) return null;
  return Math.max(leaseMs, stragglerFactor * median);
}
