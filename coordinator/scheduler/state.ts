import type {
  Digest,
  EvaluationPart,
  EvaluationResult,
  FoldResult,
  Preprocessing,
  WorkerId,
} from '../../shared/domain.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import type { Verdict } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import type { Durations } from './durations.ts';
import type { Folds } from './folds.ts';
import type { Work } from './piece-of-work.ts';

export interface WorkerState {
  readonly host: string;
  /** A worker out of reach keeps its lease to the end of it, and may come back. */
  readonly isConnected: boolean;
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
  readonly folds: Folds;
  /** From lease to acceptance, of all folds that were trained from the beginning. */
  readonly took: Durations;
  /** The fold whose model is evaluated; set when every fold is done. */
  readonly best: number | null;
  /** What the selected model is evaluated on, in order: the test, then any transfer parts. */
  readonly evaluations: ReadonlyMap<EvaluationPart, Work<EvaluationResult>>;
  readonly workers: ReadonlyMap<WorkerId, WorkerState>;
  /** Of all workers that ever joined: a name is given to one of them only. */
  readonly names: ReadonlySet<WorkerId>;
  /** How often the run was resumed: names of its earlier lives that no fact tells of may be about. */
  readonly life: number;
  readonly synthetic: boolean;
  /** What all workers of the run train with: that of the first one. */
  readonly engine: string | null;
  /** What attempts have warned of, each once; at most {@link MOST_WARNINGS}. */
  readonly warnings: readonly string[];
  /** Why the run failed; null where it did not. */
  readonly failure: string | null;
  readonly limits: Limits;
  /** Until then, workers from before a restart may come back: nothing is given up for want of them. */
  readonly settledMs: number;
  /** The latest time any event told, on the monotonic clock. */
  readonly nowMs: number;
}

/** Different warnings that are told in a run; a worker that says more is not heard. */
export const MOST_WARNINGS = 100;

export interface Limits {
  /** A worker not heard of for this long is given up. */
  readonly leaseMs: number;
  /**
   * A fold at which machines failed this often is exhausted. Attempts that ended with the loss of
   * their worker are not counted: preemption says nothing about the fold.
   */
  readonly maxAttempts: number;
  /** Checkpoints are due after every so many epochs; 0 for none. */
  readonly checkpointEpochs: number;
  /** A fold that takes so many times the median of the others gets a second attempt; 0 for never. */
  readonly stragglerFactor: number;
  /** Goes on without folds that are exhausted, and labels the results incomplete. */
  readonly allowPartial: boolean;
}

export type { Began, Failure, Lease, Work } from './piece-of-work.ts';
export type { SchedulerEvent } from './scheduler-event.ts';

/** The next state, and what is to be done. */
export type Step = readonly [RunState, readonly Effect[]];

/**
 * What the loop is to do. Files first, then all facts of a step at once, and only when the disk has
 * them what others get to know; at last what is no longer needed is removed.
 */
export type Effect =
  | { readonly type: 'keepModel'; readonly result: FoldResult }
  | {
      readonly type: 'record';
      readonly event: ProgressEvent;
      /** What was accepted, with the event that says so. */
      readonly result?: FoldResult | EvaluationResult;
    }
  | { readonly type: 'assign'; readonly worker: WorkerId; readonly id: AttemptId }
  | { readonly type: 'acknowledge'; readonly worker: WorkerId; readonly id: AttemptId }
  | {
      readonly type: 'renew';
      readonly worker: WorkerId;
      readonly number: number;
      readonly verdict: Verdict;
    }
  | {
      readonly type: 'cancel';
      readonly worker: WorkerId;
      readonly id: AttemptId;
      readonly reason: string;
    }
  | { readonly type: 'dismiss'; readonly worker: WorkerId; readonly reason: string }
  | {
      readonly type: 'dropCheckpoints';
      readonly fold: number;
      readonly digests: readonly Digest[];
    }
  | { readonly type: 'end'; readonly outcome: Outcome };

/** A fold without a result. */
export interface MissingFold {
  readonly fold: number;
  readonly reason: string;
}

/** The results of a run. */
export interface Finished {
  readonly status: 'finished';
  /** In order of the folds; those that are missing left out. */
  readonly folds: readonly FoldResult[];
  /** Exhausted folds, where the run may go on without them: its results are incomplete then. */
  readonly missing: readonly MissingFold[];
  readonly best: number;
  readonly evaluation: EvaluationResult;
  /** Absent where the run has none, or it was given up. */
  readonly transfer?: Readonly<Record<Preprocessing, EvaluationResult>>;
  /** What attempts warned of, then what the results lack, and why. */
  readonly warnings: readonly string[];
}

export type Outcome =
  | Finished
  | {
      readonly status: 'failed';
      readonly reason: string;
      /** What there is all the same: incomplete results. */
      readonly folds: readonly FoldResult[];
      readonly missing: readonly MissingFold[];
    }
  | { readonly status: 'cancelled'; readonly reason: string };
