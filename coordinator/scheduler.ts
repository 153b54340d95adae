import type { EvaluationPart, FoldResult, WorkerId } from '../shared/domain.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import { beginEvaluating, evaluated } from './evaluating.ts';
import { assignWaiting, isLive } from './leasing.ts';
import { foldResults } from './outcome.ts';
import {
  isOver,
  MOST_WARNINGS,
  type Effect,
  type Limits,
  type RunState,
  type SchedulerEvent,
  type Step,
} from './state.ts';
import { end, exhaust, free, giveBack, machineFailed, publish, wellAgain } from './transitions.ts';

export interface RunSize {
  readonly k: number;
  /** What the selected model is evaluated on: the test, then any transfer parts. */
  readonly parts: readonly EvaluationPart[];
  /** The data are drawn; the end of the run says so. */
  readonly synthetic: boolean;
  readonly limits: Limits;
}

export function initialState({ k, parts, synthetic, limits }: RunSize): RunState {
  const waiting = { status: 'waiting', attempt: 1, failedAt: [] } as const;
  return {
    phase: 'training',
    folds: Array.from({ length: k }, () => waiting),
    best: null,
    evaluations: new Map(parts.map((part) => [part, waiting])),
    workers: new Map(),
    synthetic,
    warnings: [],
    limits,
    nowMs: 0,
  };
}

/**
 * The whole of the scheduling, pure: an event in, the next state and what to do out.
 *
 * Work:   waiting ──assign──▶ leased ──foldCompleted, evaluated──▶ done
 *            ▲                  │
 *            └─ workerLost, lease over, machine failed (attempt + 1)
 *                               └─ training failed, machines failed too often ──▶ exhausted
 * Run:    training ──all folds done──▶ evaluating ──test and transfer parts done──▶ finished
 *            │                             ├─ a transfer part exhausted ──────────▶ finished
 *            └─ a fold exhausted           └─ the test exhausted ──▶ failed
 *         cancelRequested ──▶ cancelled
 *
 * The test waits for the folds, the transfer parts wait for the test.
 *
 * Duplicate events and events of an attempt that is no longer live are legal and change nothing.
 */
export function step(state: RunState, event: SchedulerEvent): Step {
  if (isOver(state.phase)) return [state, []];
  return handle('nowMs' in event ? { ...state, nowMs: event.nowMs } : state, event);
}

function handle(state: RunState, event: SchedulerEvent): Step {
  switch (event.type) {
    case 'workerJoined':
      return joined(state, event);
    case 'workerLost':
      return lost(state, event.worker, event.reason);
    case 'heartbeat':
      return [heard(state, event.worker), []];
    case 'epochReported':
      return epochReported(state, event);
    case 'warned':
      return warned(state, event);
    case 'foldCompleted':
      return foldCompleted(state, event.result);
    case 'evaluated':
      return evaluated(state, event.result);
    case 'attemptFailed':
      return attemptFailed(state, event);
    case 'cancelRequested':
      return end(state, 'cancelled', { status: 'cancelled', reason: event.reason }, [
        publish({ type: 'run.cancelled', reason: event.reason }),
      ]);
    case 'tick':
      return ticked(state);
  }
}

type EventOf<Type> = Extract<SchedulerEvent, { type: Type }>;

function joined(state: RunState, { worker, host, nowMs }: EventOf<'workerJoined'>): Step {
  if (state.workers.has(worker)) return [state, []];
  const workers = new Map(state.workers);
  const leaseEndsMs = nowMs + state.limits.leaseMs;
  workers.set(worker, { host, leaseEndsMs, busy: null, failures: 0, restsUntilMs: nowMs });
  const effects = [publish({ type: 'run.worker-joined', worker, host })];
  return assignWaiting({ ...state, workers }, effects);
}

function heard(state: RunState, worker: WorkerId): RunState {
  const known = state.workers.get(worker);
  if (known === undefined) return state;
  const workers = new Map(state.workers);
  workers.set(worker, { ...known, leaseEndsMs: state.nowMs + state.limits.leaseMs });
  return { ...state, workers };
}

function lost(state: RunState, worker: WorkerId, reason: string): Step {
  const known = state.workers.get(worker);
  if (known === undefined) return [state, []];
  const workers = new Map(state.workers);
  workers.delete(worker);
  const left = [publish({ type: 'run.worker-left', worker, reason })];
  const without = { ...state, workers };
  if (known.busy === null) return [without, left];
  return giveBack(without, { worker, id: known.busy, reason }, left);
}

function epochReported(state: RunState, { worker, id, report }: EventOf<'epochReported'>): Step {
  const { task, fold, attempt } = id;
  const work = state.folds[fold];
  if (task !== 'fold' || work?.status !== 'leased' || !isLive(state, worker, id))
    return [state, []];
  // Epochs come in order, each once; a repeated one is old news.
  if (report.epoch !== work.epoch + 1) return [state, []];
  const next = wellAgain(
    { ...state, folds: state.folds.with(fold, { ...work, epoch: report.epoch }) },
    worker,
  );
  return [next, [publish({ type: 'fold.epoch', fold, attempt, worker, ...report })]];
}

/** Folds of a run have the same to warn of: it is told once. */
function warned(state: RunState, { worker, id, message }: EventOf<'warned'>): Step {
  const { warnings } = state;
  if (!isLive(state, worker, id)) return [state, []];
  if (warnings.includes(message) || warnings.length >= MOST_WARNINGS) return [state, []];
  const next = { ...state, warnings: [...warnings, message] };
  return [next, [publish({ type: 'run.warning', message })]];
}

function foldCompleted(state: RunState, result: FoldResult): Step {
  const { fold, attempt, worker } = result;
  const id: AttemptId = { task: 'fold', fold, attempt };
  const repeated = state.folds[fold];
  if (repeated?.status === 'done' && repeated.attempt === attempt) {
    return [state, [{ type: 'acknowledge', worker, id }]];
  }
  if (!isLive(state, worker, id)) return [state, []];
  const folds = state.folds.with(fold, { status: 'done', attempt, result });
  const effects: Effect[] = [
    { type: 'keepModel', result },
    publish({
      type: 'fold.completed',
      fold,
      attempt,
      worker,
      validationLoss: result.validation.loss,
      validationAccuracy: result.validation.accuracy,
      fitSeconds: result.fitSeconds,
      weightsDigest: result.model.weightsDigest,
    }),
    { type: 'acknowledge', worker, id },
  ];
  const next = free({ ...state, folds }, worker);
  const results = foldResults(next);
  return results === null ? assignWaiting(next, effects) : beginEvaluating(next, results, effects);
}

function attemptFailed(state: RunState, event: EventOf<'attemptFailed'>): Step {
  const { worker, id, kind, reason } = event;
  if (!isLive(state, worker, id)) return [state, []];
  const loss = { worker, id, reason };
  if (kind === 'training') return exhaust(free(state, worker), loss, []);
  return machineFailed(state, loss);
}

/** Gives up workers whose lease is over, and work to those that have rested. */
function ticked(state: RunState): Step {
  let current: Step = [state, []];
  for (const [worker, { leaseEndsMs }] of state.workers) {
    if (leaseEndsMs > state.nowMs) continue;
    const reason = `not heard of for ${state.limits.leaseMs / 1000} s`;
    const [next, effects] = lost(current[0], worker, reason);
    current = [next, [...current[1], { type: 'dismiss', worker, reason }, ...effects]];
    if (isOver(next.phase)) return current;
  }
  return assignWaiting(...current);
}
