import type { EvaluationResult, FoldResult, WorkerId } from '../../shared/domain.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { accepted, attemptBegan, attemptGivenUp, attemptLost } from './attempts.ts';
import { insertCheckpoint } from './kept-checkpoints.ts';
import type { RunState } from './state.ts';
import { PREPROCESSED_AS } from './parts.ts';
import { replaceWork, updateWorker } from './work.ts';

/**
 * What facts do to the state. The scheduler moves by facts alone, so that a coordinator that reads
 * them again stands where the one that recorded them stood. Only time, connections and leases that
 * were renewed are no facts.
 *
 * @param state - its nowMs is when the event happened
 * @param result - what was accepted, with the events that say so
 */
export function apply(
  state: RunState,
  event: ProgressEvent,
  result?: FoldResult | EvaluationResult,
): RunState {
  if ('attempt' in event) return ofAttempt(state, event, result);
  switch (event.type) {
    case 'run.started':
    case 'run.resumed':
      return state;
    case 'run.worker-joined':
      return joined(state, event);
    case 'run.worker-returned':
      return updateWorker(state, event.worker, {
        isConnected: true,
        leaseEndsMs: state.nowMs + state.limits.leaseMs,
      });
    case 'run.worker-left':
      return left(state, event.worker);
    case 'run.warning':
      return warned(state, event.message);
    case 'run.selected':
      return { ...state, phase: 'evaluating', best: event.fold };
    case 'run.finished':
      return { ...state, phase: 'finished' };
    case 'run.failed':
      return { ...state, phase: 'failed', failure: event.reason };
    case 'run.cancelled':
      return { ...state, phase: 'cancelled' };
  }
}

type EventOf<Type> = Extract<ProgressEvent, { type: Type }>;
type AttemptEvent = Extract<ProgressEvent, { attempt: number }>;

function ofAttempt(
  state: RunState,
  event: AttemptEvent,
  result: FoldResult | EvaluationResult | undefined,
): RunState {
  const id = attemptOf(event);
  const { worker } = event;
  switch (event.type) {
    case 'fold.started':
      return attemptBegan(state, id, worker, event.fromEpoch);
    case 'run.test-started':
    case 'run.transfer-started':
      return attemptBegan(state, id, worker, 0);
    case 'fold.epoch':
      return epochReported(state, event);
    case 'fold.checkpointed':
      return checkpointed(state, event);
    case 'fold.lost':
    case 'run.evaluation-lost':
      return attemptLost(state, id, event);
    case 'fold.failed':
    case 'run.evaluation-failed':
      return attemptGivenUp(state, id, event);
    case 'fold.completed':
    case 'run.test-completed':
    case 'run.transfer-completed':
      if (result === undefined) throw new RangeError(`${event.type} comes without its result`);
      return accepted(state, id, result);
  }
}

function attemptOf(event: AttemptEvent): AttemptId {
  const { fold, attempt } = event;
  if ('part' in event) return { task: event.part, fold, attempt };
  if ('preprocessing' in event)
    return { task: PREPROCESSED_AS[event.preprocessing], fold, attempt };
  const isTest = event.type === 'run.test-started' || event.type === 'run.test-completed';
  return { task: isTest ? 'test' : 'fold', fold, attempt };
}

function joined(state: RunState, { worker, host, engine }: EventOf<'run.worker-joined'>): RunState {
  const { nowMs, limits } = state;
  const workers = new Map(state.workers).set(worker, {
    host,
    isConnected: true,
    leaseEndsMs: nowMs + limits.leaseMs,
    busy: null,
    failures: 0,
    restsUntilMs: nowMs,
  });
  const names = state.names.has(worker) ? state.names : new Set(state.names).add(worker);
  return { ...state, workers, names, engine: state.engine ?? engine };
}

function left(state: RunState, worker: WorkerId): RunState {
  const workers = new Map(state.workers);
  workers.delete(worker);
  return { ...state, workers };
}

/** What is warned of before the first worker comes is not of an attempt. */
function warned(state: RunState, message: string): RunState {
  if (state.engine === null || state.warnings.includes(message)) return state;
  return { ...state, warnings: [...state.warnings, message] };
}

/** A worker that gets on with its work has no failures to rest for. */
function epochReported(
  state: RunState,
  { fold, attempt, worker, epoch }: EventOf<'fold.epoch'>,
): RunState {
  const work = state.folds.at(fold);
  if (work?.status !== 'leased') return state;
  const leases = work.leases.map((lease) =>
    lease.attempt === attempt ? { ...lease, epoch } : lease,
  );
  const next = replaceWork(state, { task: 'fold', fold, attempt }, { ...work, leases });
  const isWell = (next.workers.get(worker)?.failures ?? 0) === 0;
  return isWell ? next : updateWorker(next, worker, { failures: 0 });
}

function checkpointed(
  state: RunState,
  { fold, attempt, epoch, sizeBytes, digest }: EventOf<'fold.checkpointed'>,
): RunState {
  const work = state.folds.at(fold);
  if (work?.status !== 'leased') return state;
  const checkpoints = insertCheckpoint(work.checkpoints, { epoch, sizeBytes, digest });
  return replaceWork(state, { task: 'fold', fold, attempt }, { ...work, checkpoints });
}
