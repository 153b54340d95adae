import type {
  EpochReport,
  EvaluationPart,
  EvaluationResult,
  FoldResult,
  Preprocessing,
  WorkerId,
} from '../shared/domain.ts';
import type { ProgressEvent } from '../shared/events.ts';
import type { FailureKind } from '../shared/wire/enums.ts';
import type { AttemptId } from '../shared/wire/results.ts';

/** What a piece of work has been through: machines that failed at it, in order. */
interface History {
  readonly failedAt: readonly WorkerId[];
}

/**
 * A piece of work, a fold or an evaluation: waiting for its attempt, leased to a worker for
 * it, done, or exhausted. Only the attempt named by a live lease can report or complete it.
 */
export type Work<Result> =
  | ({ readonly status: 'waiting'; readonly attempt: number } & History)
  | ({
      readonly status: 'leased';
      readonly attempt: number;
      readonly worker: WorkerId;
      /** The last epoch reported, 0 before the first. */
      readonly epoch: number;
    } & History)
  | { readonly status: 'done'; readonly attempt: number; readonly result: Result }
  | { readonly status: 'exhausted'; readonly attempt: number; readonly reason: string };

export interface WorkerState {
  readonly host: string;
  /** On the monotonic clock; every heartbeat moves it on. */
  readonly leaseEndsMs: number;
  readonly busy: AttemptId | null;
  /** Failures in a row; a worker that fails rests, each time twice as long. */
  readonly failures: number;
  readonly restsUntilMs: number;
}

/** training → evaluating → finished; failed and cancelled are reached from either. */
export type Phase = 'training' | 'evaluating' | 'finished' | 'failed' | 'cancelled';

export const isOver = (phase: Phase): boolean => phase !== 'training' && phase !== 'evaluating';

export interface RunState {
  readonly phase: Phase;
  readonly folds: readonly Work<FoldResult>[];
  /** The fold whose model is evaluated; set when every fold is done. */
  readonly best: number | null;
  /** What the selected model is evaluated on, in order: the test, then any transfer parts. */
  readonly evaluations: ReadonlyMap<EvaluationPart, Work<EvaluationResult>>;
  readonly workers: ReadonlyMap<WorkerId, WorkerState>;
  readonly synthetic: boolean;
  /** What attempts have warned of, each once; at most {@link MOST_WARNINGS}. */
  readonly warnings: readonly string[];
  readonly limits: Limits;
  /** The latest time any event told, on the monotonic clock. */
  readonly nowMs: number;
}

/** Different warnings that are told in a run; a worker that says more is not heard. */
export const MOST_WARNINGS = 100;

export interface Limits {
  /** A worker not heard of for this long is given up. */
  readonly leaseMs: number;
  /**
   * A fold at which machines failed this often fails the run. Attempts that ended with the loss of
   * their worker are not counted: preemption says nothing about the fold.
   */
  readonly maxFailures: number;
}

export type SchedulerEvent =
  | {
      readonly type: 'workerJoined';
      readonly worker: WorkerId;
      readonly host: string;
      readonly nowMs: number;
    }
  | { readonly type: 'workerLost'; readonly worker: WorkerId; readonly reason: string }
  | { readonly type: 'heartbeat'; readonly worker: WorkerId; readonly nowMs: number }
  | {
      readonly type: 'epochReported';
      readonly worker: WorkerId;
      readonly id: AttemptId;
      readonly report: EpochReport;
    }
  | {
      readonly type: 'warned';
      readonly worker: WorkerId;
      readonly id: AttemptId;
      readonly message: string;
    }
  | { readonly type: 'foldCompleted'; readonly result: FoldResult }
  | { readonly type: 'evaluated'; readonly result: EvaluationResult }
  | {
      readonly type: 'attemptFailed';
      readonly worker: WorkerId;
      readonly id: AttemptId;
      readonly kind: FailureKind;
      readonly reason: string;
      readonly nowMs: number;
    }
  | { readonly type: 'cancelRequested'; readonly reason: string }
  | { readonly type: 'tick'; readonly nowMs: number };

/** The next state, and what is to be done. */
export type Step = readonly [RunState, readonly Effect[]];

/** What the loop is to do, in this order. */
export type Effect =
  | { readonly type: 'assign'; readonly worker: WorkerId; readonly id: AttemptId }
  | { readonly type: 'keepModel'; readonly result: FoldResult }
  | { readonly type: 'acknowledge'; readonly worker: WorkerId; readonly id: AttemptId }
  | {
      readonly type: 'cancel';
      readonly worker: WorkerId;
      readonly id: AttemptId;
      readonly reason: string;
    }
  | { readonly type: 'dismiss'; readonly worker: WorkerId; readonly reason: string }
  | { readonly type: 'publish'; readonly event: ProgressEvent }
  | { readonly type: 'end'; readonly outcome: Outcome };

/** The results of a run. */
export interface Finished {
  readonly status: 'finished';
  readonly folds: readonly FoldResult[];
  readonly best: number;
  readonly evaluation: EvaluationResult;
  /** Absent where the run has none, or it was given up. */
  readonly transfer?: Readonly<Record<Preprocessing, EvaluationResult>>;
  /** What attempts warned of, then what the results lack, and why. */
  readonly warnings: readonly string[];
}

export type Outcome =
  | Finished
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'cancelled'; readonly reason: string };
