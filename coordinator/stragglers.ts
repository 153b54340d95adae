import type { AttemptId } from '../shared/wire/results.ts';
import { maySecond } from './failures.ts';
import type { RunState, WorkerState } from './state.ts';

/** So many folds have to be done, or half of them, before others can be late. */
const ENOUGH = 3;

/**
 * A second attempt at the fold that is late the longest, for an idle worker that may try it; null
 * where none is late. The first valid completion wins.
 */
export function nextLate(state: RunState, worker: WorkerState): AttemptId | null {
  const limitMs = latenessMs(state);
  if (limitMs === null) return null;
  let latest: { readonly id: AttemptId; readonly startedMs: number } | null = null;
  for (const [fold, work] of state.folds.entries()) {
    if (work.status !== 'leased' || !maySecond(state, work, worker)) continue;
    const [lease, second] = work.leases;
    if (lease === undefined || second !== undefined) continue;
    const { startedMs } = lease;
    if (state.nowMs - startedMs <= limitMs || (latest && startedMs >= latest.startedMs)) continue;
    latest = { id: { task: 'fold', fold, attempt: work.attempt + 1 }, startedMs };
  }
  return latest?.id ?? null;
}

/**
 * How long an attempt may take: so many times the median of the folds that were trained from the
 * beginning, and never less than a lease, below which nothing is to be gained. Null as long as too
 * few folds are done to tell.
 */
function latenessMs({ folds, limits }: RunState): number | null {
  const { stragglerFactor, leaseMs } = limits;
  if (stragglerFactor <= 0) return null;
  const took = folds.flatMap((work) =>
    work.status === 'done' && work.tookMs !== null ? [work.tookMs] : [],
  );
  if (took.length === 0 || took.length < Math.min(ENOUGH, Math.ceil(folds.length / 2))) return null;
  return Math.max(leaseMs, stragglerFactor * median(took));
}

/** @param values - at least one */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
