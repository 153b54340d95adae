import type { AttemptId } from '../shared/wire/results.ts';
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
  const { nowMs } = state;
  const alone = triedAlone(state).toSorted((a, b) => a.startedMs - b.startedMs);
  const [first] = alone;
  if (first === undefined || !mayBeLate(state, nowMs - first.startedMs)) return [];
  const limitMs = latenessMs(state);
  if (limitMs === null) return [];
  return alone.filter(({ startedMs }) => nowMs - startedMs > limitMs);
}

/** Folds of which one attempt is under way. */
function triedAlone({ folds }: RunState): (Late & { readonly startedMs: number })[] {
  const alone: (Late & { readonly startedMs: number })[] = [];
  folds.forEach((work, fold) => {
    if (work.status !== 'leased') return;
    const [lease, second] = work.leases;
    if (lease === undefined || second !== undefined) return;
    alone.push({ fold, work, startedMs: lease.startedMs });
  });
  return alone;
}

/**
 * False where an attempt of this age cannot be late, which is found without sorting: it is asked at
 * every heartbeat while workers are idle, of ten thousand folds too.
 */
function mayBeLate({ folds, limits }: RunState, ageMs: number): boolean {
  const { stragglerFactor, leaseMs } = limits;
  if (stragglerFactor <= 0 || ageMs <= leaseMs) return false;
  let trained = 0;
  let shorter = 0;
  for (const work of folds) {
    if (work.status !== 'done' || work.tookMs === null) continue;
    trained += 1;
    if (work.tookMs * stragglerFactor < ageMs) shorter += 1;
  }
  return shorter * 2 >= trained;
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
function latenessMs({ folds, limits }: RunState): number | null {
  const { stragglerFactor, leaseMs } = limits;
  if (stragglerFactor <= 0) return null;
  const took: number[] = [];
  for (const work of folds) {
    if (work.status === 'done' && work.tookMs !== null) took.push(work.tookMs);
  }
  if (took.length === 0 || took.length < Math.min(ENOUGH, Math.ceil(folds.length / 2))) return null;
  return Math.max(leaseMs, stragglerFactor * median(took));
}

/** @param values - at least one */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
