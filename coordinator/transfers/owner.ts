import type { CheckpointInfo, Dataset, Plan, WorkerId } from '../../shared/domain.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import type { DatasetPartName } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import type { CheckpointStore } from '../artifacts/checkpoints.ts';
import type { ModelStore } from '../artifacts/models.ts';
import type { FullDisk } from '../scheduler/full-disk.ts';

/** For whom bytes are sent and received. */
export interface TransferOwner {
  readonly plan: Plan;
  readonly dataset: Dataset;
  readonly transfer?: TransferSet | undefined;
  readonly models: ModelStore;
  readonly checkpoints: CheckpointStore;
  readonly isLive: (worker: WorkerId, id: AttemptId) => boolean;
  /** Whether a part may leave the coordinator already. */
  readonly isOpen: (part: DatasetPartName) => boolean;
  /** Whether the coordinator is about to stop, and may come back: no attempt is lost by that. */
  readonly isStopping?: () => boolean;
  /** A whole checkpoint is on the disk. Settles once the record says so. */
  readonly checkpointStored: (
    worker: WorkerId,
    id: AttemptId,
    checkpoint: CheckpointInfo,
  ) => Promise<unknown>;
  /** The model of an attempt that is not live was about to be uploaded. */
  readonly staleRefused?: (worker: WorkerId, id: AttemptId) => void;
  readonly fullDisk: FullDisk;
  /** The coordinator's own disk failed: no worker could do better. */
  readonly onStorageFailure: (error: Error) => void;
}
