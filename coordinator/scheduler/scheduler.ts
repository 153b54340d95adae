import type { EvaluationPart } from '../../shared/domain.ts';
import { foldCompleted, warn } from './completing.ts';
import { Durations } from './durations.ts';
import { evaluated } from './evaluating.ts';
import { foldsOf } from './folds.ts';
import { checkpointsOf } from './kept-checkpoints.ts';
import { settle } from './settle.ts';
import {
  isOver,
  type Limits,
  type Outcome,
  type RunState,
  type SchedulerEvent,
  type Step,
} from './state.ts';
import { giveUp, happen, lose, stay } from './transitions.ts';
import { disconnected, heard, joined, leave, renewed, returned, ticked } from './workers.ts';
import { isLive, leaseOf } from './work.ts';

export interface RunSize {
  readonly k: number;
  /** What the selected model is evaluated on: the test, then any transfer parts. */
  readonly parts: readonly EvaluationPart[];
  /** The data are drawn; the end of the run says so. */
  readonly synthetic: boolean;
  readonly limits: Limits;
}

export function initialState({ k, parts, synthetic, limits }: RunSize): RunState {
  const history = { began: [], failures: [], checkpoints: [] };
  const waiting = { status: 'waiting', attempt: 1, notBeforeMs: 0, ...history } as const;
  return {
    phase: 'training',
    folds: foldsOf(Array.from({ length: k }, () => waiting)),
    took: new Durations(),
    best: null,
    evaluations: new Map(parts.map((part) => [part, waiting])),
    workers: new Map(),
    names: new Set(),
    life: 0,
    synthetic,
    engine: null,
    warnings: [],
    failure: null,
    limits,
    settledMs: 0,
    nowMs: 0,
  };
}

/**
 * The whole of the scheduling, pure: an event in, the next state and what to do out. The state moves
 * by the facts it records (facts.ts), but for time and connections.
 *
 * Work:   waiting ──assign──▶ leased ──foldCompleted, evaluated──▶ done
 *            ▲                  │  ▲ a second lease for an idle worker where a fold is late
 *            └─ worker left, lease over, handed back, machine or checkpoint failed (attempt + 1)
 *                               └─ training failed, machines failed too often ──▶ exhausted
 * Run:    training ──all folds done──▶ evaluating ──test and transfer parts done──▶ finished
 *            │   (or exhausted, where            ├─ a transfer part exhausted ─────▶ finished
 *            │    results may be partial)        └─ the test exhausted ──▶ failed
 *            └─ a fold exhausted ──▶ failed
 *         cancelRequested ──▶ cancelled, which may be resumed
 *
 * The test waits for the folds, the transfer parts wait for the test.
 *
 * Duplicate events and events of an attempt that is no longer live are legal and change nothing.
 */
export function step(state: RunState, event: SchedulerEvent): Step {
  const nowMs = 'nowMs' in event ? Math.max(state.nowMs, event.nowMs) : state.nowMs;
  if (isOver(state.phase)) return event.type === 'renewed' ? renewed(state, event) : stay(state);
  return handle(nowMs === state.nowMs ? state : { ...state, nowMs }, event);
}

type EventOf<Type> = Extract<SchedulerEvent, { type: Type }>;

function handle(state: RunState, event: SchedulerEvent): Step {
  switch (event.type) {
    case 'workerJoined':
      return joined(state, event);
    case 'workerReturned':
      return returned(state, event);
    case 'workerDisconnected':
      return stay(disconnected(state, event.worker));
    case 'workerLeft':
    case 'handedBack':
      return settle(leave(stay(state), event.worker, event.reason));
    case 'renewed':
      return renewed(state, event);
    case 'epochReported':
      return epochReported(state, event);
    case 'checkpointStored':
      return checkpointStored(state, event);
    case 'warned':
      return isLive(state, event.worker, event.id) ? warn(state, event.message) : stay(state);
    case 'foldCompleted':
      return settle(foldCompleted(state, event.result));
    case 'evaluated':
      return settle(evaluated(state, event.result));
    case 'attemptFailed':
      return attemptFailed(state, event);
    case 'cancelRequested':
      return cancelled(state, event.reason);
    case 'tick':
      return ticked(state);
  }
}

/** Epochs come in order; a repeated one is old news. */
function epochReported(state: RunState, { worker, id, report }: EventOf<'epochReported'>): Step {
  const { fold, attempt } = id;
  const lease = leaseOf(state, worker, id);
  if (lease === undefined || id.task !== 'fold') return stay(state);
  if (report.epoch <= lease.epoch) return stay(state);
  const step = stay(heard(state, worker));
  return happen(step, { type: 'fold.epoch', fold, attempt, worker, ...report });
}

/** One that is not needed is dropped: older ones than those kept, and any of a fold that is done. */
function checkpointStored(state: RunState, event: EventOf<'checkpointStored'>): Step {
  const { worker, id, checkpoint } = event;
  const { fold, attempt } = id;
  if (id.task !== 'fold') return stay(state);
  const isNeeded = (after: RunState): boolean =>
    checkpointsOf(after, fold).some(({ digest }) => digest === checkpoint.digest);
  const unneeded = { type: 'dropCheckpoints', fold, digests: [checkpoint.digest] } as const;
  if (!isLive(state, worker, id)) {
    // While the fold goes on, another attempt may be storing the same one.
    const isOpen = ['waiting', 'leased'].includes(state.folds.at(fold)?.status ?? '');
    return isOpen ? stay(state) : [state, [unneeded]];
  }
  const known = heard(state, worker);
  if (isNeeded(known)) return stay(known);
  const kept = happen(stay(known), {
    type: 'fold.checkpointed',
    fold,
    attempt,
    worker,
    ...checkpoint,
  });
  return isNeeded(kept[0]) ? kept : [known, [unneeded]];
}

function attemptFailed(state: RunState, event: EventOf<'attemptFailed'>): Step {
  const { worker, id, kind, reason } = event;
  const lease = leaseOf(state, worker, id);
  if (lease === undefined) return stay(state);
  const now = stay(heard(state, worker));
  switch (kind) {
    case 'training':
      return settle(giveUp(now, { worker, id, reason }));
    case 'out-of-memory':
      return settle(lose(now, { worker, id, cause: 'out-of-memory', reason }));
    case 'infrastructure':
      return settle(lose(now, { worker, id, cause: 'machine', reason }));
    case 'checkpoint': {
      const epochs = checkpointsOf(state, id.fold).map(({ epoch }) => epoch);
      // Free of charge only where there is one fewer to fail at.
      const isItsOwn = id.task === 'fold' && lease.from && epochs.includes(lease.from.epoch);
      return settle(lose(now, { worker, id, cause: isItsOwn ? 'checkpoint' : 'machine', reason }));
    }
  }
}

/** Whoever trains goes on: the run may be resumed before long. */
function cancelled(state: RunState, reason: string): Step {
  const outcome: Outcome = { status: 'cancelled', reason };
  const [next, effects] = happen(stay(state), { type: 'run.cancelled', reason });
  return [next, [...effects, { type: 'end', outcome }]];
}
