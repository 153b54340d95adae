import type { EvaluationResult, FoldResult, Plan } from '../../shared/domain.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import type { RecordedEvent } from '../../shared/events.ts';

/**
 * What a run leaves on the disk while it goes on: from it alone, another coordinator goes on as if
 * nothing had happened. All that the scheduler knows follows from the facts, in their order
 * (coordinator/scheduler/restore.ts).
 */

/** Something that has happened; the event is what the world is told of it. */
export interface Fact {
  readonly event: RecordedEvent;
  /** What was accepted, with `fold.completed`, `run.test-completed` and `run.transfer-completed`. */
  readonly result?: FoldResult | EvaluationResult;
}

/** Written once, before the first fact. */
export interface RunHeader {
  readonly plan: Plan;
  /** The settings of the command line, from which the run can be prepared again. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly foldwise: string;
  /** Signs the tickets of workers: 32 random bytes, base64url. */
  readonly ticketKey: string;
}

export interface RunRecord {
  readonly header: RunHeader;
  /** All facts there were when it was opened, in order; sequences count from 1 without gaps. */
  readonly facts: readonly Fact[];
  /**
   * Appends all of the facts or none, which continue the sequence.
   *
   * @returns once the disk has them.
   * @throws RecordFull where there is no space for them: nothing was appended, try again later
   * @throws FoldwiseError where the record cannot be written any more
   */
  readonly append: (facts: readonly Fact[]) => Promise<void>;
  /** The sequence of the last event that NATS has; 0 for none. May lag behind after a crash. */
  readonly delivered: () => number;
  readonly markDelivered: (sequence: number) => Promise<void>;
  /** Lets others open it. */
  readonly close: () => Promise<void>;
}

/** The disk is full. */
export class RecordFull extends FoldwiseError {
  override readonly name = 'RecordFull';
}
