import type { EvaluationResult, FoldResult, WorkerId } from '../../shared/domain.ts';
import type { LossCause } from '../../shared/events.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { sharing } from './sharing.ts';
import type { Failure, Lease, RunState, Work } from './state.ts';
import {
  free,
  replaceEvaluation,
  replaceWork,
  updateWorker,
  workOf,
  type Leased,
  type Waiting,
} from './work.ts';

/** What begins and ends attempts. Of work that is done or given up, nothing does. */

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** After so many failures, counted from 1: twice as long each time. */
const pauseMs = (failures: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);

export function attemptBegan(
  state: RunState,
  id: AttemptId,
  worker: WorkerId,
  fromEpoch: number,
): RunState {
  const work = workOf(state, id);
  if (work?.status !== 'waiting' && work?.status !== 'leased') return state;
  const { failures, checkpoints } = work;
  const began = [...work.began, { attempt: id.attempt, worker }];
  const from = checkpoints.find(({ epoch }) => epoch === fromEpoch) ?? null;
  const { attempt } = id;
  const lease: Lease = { attempt, worker, from, epoch: fromEpoch, startedMs: state.nowMs };
  const others = work.status === 'leased' ? work.leases : [];
  const leases = [...others, lease];
  const leased = replaceWork(state, id, {
    ...{ status: 'leased', attempt, leases, began, failures, checkpoints },
  });
  return updateWorker(leased, worker, { busy: id });
}

interface Loss {
  readonly worker: WorkerId;
  readonly cause: LossCause;
  readonly reason: string;
}

/** The attempt is over; its work waits for the next one, unless another one is under way. */
export function attemptLost(state: RunState, id: AttemptId, loss: Loss): RunState {
  const { worker, cause } = loss;
  const work = workOf(state, id);
  const freed = free(state, worker, id);
  if (work?.status !== 'leased') return freed;
  const lost = work.leases.find(({ attempt }) => attempt === id.attempt);
  if (lost === undefined) return freed;
  const next = replaceWork(freed, id, withoutLease(state, work, lost, loss));
  return cause === 'machine' ? rest(next, worker) : next;
}

function withoutLease(state: RunState, work: Leased, lost: Lease, loss: Loss): Leased | Waiting {
  const { cause } = loss;
  const leases = work.leases.filter((lease) => lease !== lost);
  const failures = [...work.failures, ...failureOf(state, lost, loss)];
  const checkpoints =
    cause === 'checkpoint'
      ? work.checkpoints.filter(({ epoch }) => epoch !== lost.from?.epoch)
      : work.checkpoints;
  if (leases.length > 0) return { ...work, leases, failures, checkpoints };
  const notBeforeMs = state.nowMs + (cause === 'machine' ? pauseMs(failures.length) : 0);
  const { began } = work;
  return {
    status: 'waiting',
    attempt: work.attempt + 1,
    notBeforeMs,
    began,
    failures,
    checkpoints,
  };
}

function failureOf(
  { workers }: RunState,
  { attempt, worker }: Lease,
  { cause, reason }: Loss,
): Failure[] {
  if (cause !== 'machine' && cause !== 'out-of-memory') return [];
  const host = workers.get(worker)?.host ?? worker;
  const kind = cause === 'machine' ? 'infrastructure' : 'out-of-memory';
  return [{ attempt, worker, host, kind, reason }];
}

/** A machine that failed rests, each time in a row twice as long. */
function rest(state: RunState, worker: WorkerId): RunState {
  const failures = (state.workers.get(worker)?.failures ?? 0) + 1;
  return updateWorker(state, worker, { failures, restsUntilMs: state.nowMs + pauseMs(failures) });
}

export function attemptGivenUp(
  state: RunState,
  id: AttemptId,
  { worker, reason }: { readonly worker: WorkerId; readonly reason: string },
): RunState {
  const work = workOf(state, id);
  if (work === undefined || work.status === 'done') return state;
  const { attempt } = id;
  return replaceWork(free(state, worker, id), id, { status: 'exhausted', attempt, reason });
}

/** The first result of a piece of work stands. */
export function accepted(
  state: RunState,
  id: AttemptId,
  result: FoldResult | EvaluationResult,
): RunState {
  const work = workOf(state, id);
  if (work?.status !== 'leased') return state;
  const lease = work.leases.find(({ attempt }) => attempt === id.attempt);
  if (lease === undefined) return state;
  const { attempt } = id;
  const done = { status: 'done', attempt, began: work.began } as const;
  const freed = free(state, lease.worker, id);
  if ('part' in result) {
    return replaceEvaluation(freed, result.part, {
      ...done,
      result,
    } satisfies Work<EvaluationResult>);
  }
  const took = lease.from === null ? freed.took.plus(state.nowMs - lease.startedMs) : freed.took;
  const kept = sharing(result, freed.folds.tally.best);
  return { ...freed, took, folds: freed.folds.with(id.fold, { ...done, result: kept }) };
}
