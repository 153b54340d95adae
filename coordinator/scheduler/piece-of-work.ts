import type { CheckpointInfo, WorkerId } from '../../shared/domain.ts';
import type { FailureKind } from '../../shared/wire/enums.ts';

/** An attempt that a machine failed at. */
export interface Failure {
  readonly attempt: number;
  readonly worker: WorkerId;
  readonly host: string;
  readonly kind: Extract<FailureKind, 'infrastructure' | 'out-of-memory'>;
  readonly reason: string;
}

/** An attempt that began, and whose it was. */
export type Began = Pick<Lease, 'attempt' | 'worker'>;

/** What a piece of work has been through. */
interface History {
  /** Whose attempts there were, in order. */
  readonly began: readonly Began[];
  /** In order; attempts that ended with the loss of their worker are not among them. */
  readonly failures: readonly Failure[];
  /** Of a fold, the latest first: what the next attempt goes on from, and what if that is damaged. */
  readonly checkpoints: readonly CheckpointInfo[];
}

/** An attempt under way: only it can report, and complete its work. */
export interface Lease {
  readonly attempt: number;
  readonly worker: WorkerId;
  /** What it goes on from; null where it began at the beginning. */
  readonly from: CheckpointInfo | null;
  /** The last epoch reported; at the start that of the checkpoint, or 0. */
  readonly epoch: number;
  readonly startedMs: number;
}

/**
 * A piece of work, a fold or an evaluation: waiting for its next attempt, leased to a worker, and
 * to a second one where the first is late, done, or exhausted.
 */
export type Work<Result> =
  | ({
      readonly status: 'waiting';
      /** The next one. */
      readonly attempt: number;
      /** After a failure, no attempt begins before this. */
      readonly notBeforeMs: number;
    } & History)
  | ({
      readonly status: 'leased';
      /** The last one that began; it may be over while an earlier one is under way. */
      readonly attempt: number;
      readonly leases: readonly Lease[];
    } & History)
  | {
      readonly status: 'done';
      readonly attempt: number;
      readonly result: Result;
      readonly began: readonly Began[];
    }
  | { readonly status: 'exhausted'; readonly attempt: number; readonly reason: string };
