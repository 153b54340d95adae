import type {
  CheckpointInfo,
  Digest,
  EpochReport,
  EvaluationPart,
  Preprocessing,
  RunId,
  WorkerId,
} from './domain.ts';

/**
 * What a run tells the world: the lines of `events.ndjson`, in the order they happened.
 * The part of `type` before the dot is its scope: the whole run, or one fold.
 */
export type ProgressEvent = RunEvent | FoldEvent;

export type RunEvent =
  | {
      readonly type: 'run.started';
      readonly k: number;
      readonly seed: number;
      readonly epochs: number;
      readonly dataset: string;
      readonly datasetDigest: Digest;
      readonly synthetic: boolean;
      /** The pictures of the transfer evaluation; absent where there is none. */
      readonly transfer?: string;
    }
  /** The coordinator was stopped, or died, and goes on with the run. */
  | { readonly type: 'run.resumed' }
  | {
      readonly type: 'run.worker-joined';
      readonly worker: WorkerId;
      readonly host: string;
      readonly engine: string;
    }
  /** It was out of reach, and comes back within its lease. */
  | { readonly type: 'run.worker-returned'; readonly worker: WorkerId }
  | { readonly type: 'run.worker-left'; readonly worker: WorkerId; readonly reason: string }
  | { readonly type: 'run.warning'; readonly message: string }
  | { readonly type: 'run.selected'; readonly fold: number; readonly validationAccuracy: number }
  | {
      readonly type: 'run.test-started';
      readonly fold: number;
      readonly attempt: number;
      readonly worker: WorkerId;
    }
  | {
      readonly type: 'run.test-completed';
      readonly fold: number;
      readonly attempt: number;
      readonly worker: WorkerId;
      readonly loss: number;
      readonly accuracy: number;
    }
  | {
      readonly type: 'run.transfer-started';
      readonly preprocessing: Preprocessing;
      readonly fold: number;
      readonly attempt: number;
      readonly worker: WorkerId;
    }
  | {
      readonly type: 'run.transfer-completed';
      readonly preprocessing: Preprocessing;
      readonly fold: number;
      readonly attempt: number;
      readonly worker: WorkerId;
      readonly loss: number;
      readonly accuracy: number;
    }
  /** The attempt ended without a result; the evaluation waits for the next one. */
  | {
      readonly type: 'run.evaluation-lost';
      readonly part: EvaluationPart;
      readonly fold: number;
      readonly attempt: number;
      readonly worker: WorkerId;
      readonly cause: LossCause;
      readonly reason: string;
    }
  /** The evaluation will not be tried again; the run fails, or finishes without the transfer. */
  | {
      readonly type: 'run.evaluation-failed';
      readonly part: EvaluationPart;
      readonly fold: number;
      readonly attempt: number;
      readonly worker: WorkerId;
      readonly reason: string;
    }
  | {
      readonly type: 'run.finished';
      /** As in `run.started`, for those who came later. */
      readonly synthetic: boolean;
      readonly bestFold: number;
      readonly meanValidationAccuracy: number;
      readonly stdValidationAccuracy: number;
      readonly testLoss: number;
      readonly testAccuracy: number;
      /** Accuracies of the transfer evaluation. */
      readonly transfer?: Readonly<Record<Preprocessing, number>>;
    }
  | { readonly type: 'run.failed'; readonly reason: string }
  /** Stopped before its end; it may be resumed. */
  | { readonly type: 'run.cancelled'; readonly reason: string };

/**
 * Why an attempt ended without a result. `preempted`: its worker was lost or had to leave;
 * `machine`: something failed that may work elsewhere; `superseded`: another attempt at the same
 * fold was first.
 */
export type LossCause = 'preempted' | 'machine' | 'out-of-memory' | 'checkpoint' | 'superseded';

/** Why workers that a coordinator had started itself, and that ended with it, have left. */
export const COORDINATOR_ENDED = 'its coordinator ended';

interface FoldScope {
  readonly fold: number;
  readonly attempt: number;
  readonly worker: WorkerId;
}

export type FoldEvent =
  /** `fromEpoch` are complete already, by the checkpoint of an earlier attempt. */
  | ({ readonly type: 'fold.started'; readonly fromEpoch: number } & FoldScope)
  | ({ readonly type: 'fold.epoch' } & FoldScope & EpochReport)
  | ({
      readonly type: 'fold.completed';
      readonly validationLoss: number;
      readonly validationAccuracy: number;
      readonly fitSeconds: number;
      readonly weightsDigest: Digest;
    } & FoldScope)
  | ({ readonly type: 'fold.checkpointed' } & FoldScope & CheckpointInfo)
  /** The attempt ended without a result; the fold waits for the next one. */
  | ({
      readonly type: 'fold.lost';
      readonly cause: LossCause;
      readonly reason: string;
    } & FoldScope)
  /** The fold will not be tried again; the run fails, or goes on without it. */
  | ({ readonly type: 'fold.failed'; readonly reason: string } & FoldScope);

/** A recorded event: what happened, with its place in the run. Sequence counts from 1. */
export type RecordedEvent = ProgressEvent & {
  readonly run: RunId;
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly time: string;
};

/** How a run ended. */
export type RunEnding = Extract<
  RecordedEvent,
  { type: 'run.finished' | 'run.failed' | 'run.cancelled' }
>;

export const isEnding = (event: RecordedEvent): event is RunEnding =>
  ['run.finished', 'run.failed', 'run.cancelled'].includes(event.type);
