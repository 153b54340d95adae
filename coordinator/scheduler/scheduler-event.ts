import type {
  CheckpointInfo,
  EpochReport,
  EvaluationResult,
  FoldResult,
  WorkerId,
} from '../../shared/domain.ts';
import type { FailureKind } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';

interface FromAttempt {
  readonly worker: WorkerId;
  readonly id: AttemptId;
}

interface At {
  readonly nowMs: number;
}

export type SchedulerEvent =
  | ({
      readonly type: 'workerJoined';
      readonly worker: WorkerId;
      readonly host: string;
      readonly engine: string;
    } & At)
  /** One that was out of reach greets again, with what it still works on. */
  | ({
      readonly type: 'workerReturned';
      readonly worker: WorkerId;
      readonly holds: AttemptId | null;
    } & At)
  /** Its connection is lost; its lease is not. */
  | ({ readonly type: 'workerDisconnected'; readonly worker: WorkerId } & At)
  /** It is gone for good. */
  | ({ readonly type: 'workerLeft'; readonly worker: WorkerId; readonly reason: string } & At)
  | ({
      readonly type: 'renewed';
      readonly worker: WorkerId;
      /** Of the heartbeat, for the answer. */
      readonly number: number;
      readonly holds: AttemptId | null;
    } & At)
  | ({ readonly type: 'epochReported'; readonly report: EpochReport } & FromAttempt & At)
  /** The whole checkpoint is on the disk. */
  | ({ readonly type: 'checkpointStored'; readonly checkpoint: CheckpointInfo } & FromAttempt & At)
  | ({ readonly type: 'warned'; readonly message: string } & FromAttempt)
  | ({ readonly type: 'foldCompleted'; readonly result: FoldResult } & At)
  | ({ readonly type: 'evaluated'; readonly result: EvaluationResult } & At)
  | ({
      readonly type: 'attemptFailed';
      readonly kind: FailureKind;
      readonly reason: string;
    } & FromAttempt &
      At)
  /** A worker that has to leave gives back what it works on, if anything, and takes nothing more. */
  | ({
      readonly type: 'handedBack';
      readonly worker: WorkerId;
      readonly id: AttemptId | null;
      readonly reason: string;
    } & At)
  | { readonly type: 'cancelRequested'; readonly reason: string }
  | ({ readonly type: 'tick' } & At);
