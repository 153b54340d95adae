import type { Limits } from '../../coordinator/scheduler/state.ts';
import type { CheckpointInfo, Digest, ModelInfo, WorkerId } from '../../shared/domain.ts';
import type { FailureKind } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import type { Chance } from './chance.ts';
import type { Clock } from './clock.ts';
import type { Connection, Ends } from './network.ts';
import type { Truth } from './truth.ts';

/** How a worker's machine is. */
export interface Trait {
  /** So many times as long as others. */
  readonly slowness: number;
  /** The next thing it does fails. */
  readonly fails: FailureKind | null;
  /** Its memory does not do for a fold. */
  readonly isSmall: boolean;
}

export type Content =
  { readonly model: ModelInfo } | { readonly checkpoint: CheckpointInfo; readonly content: Digest };
/** `aborted`: the attempt is not live; `unavailable`: try again later. */
export type UploadAnswer = 'stored' | 'aborted' | 'unavailable';

/** All that a simulated worker can reach. */
export interface Surroundings {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly truth: Truth;
  readonly limits: Limits;
  readonly engine: string;
  /** Null where nobody listens. */
  readonly connect: (host: string, ends: Pick<Ends, 'onMessage' | 'onBreak'>) => Connection | null;
  readonly upload: (
    worker: WorkerId,
    id: AttemptId,
    content: Content,
    answer: (answer: UploadAnswer) => void,
  ) => void;
  readonly fetch: (
    fold: number,
    digest: Digest,
    answer: (content: Digest | undefined | 'unavailable') => void,
  ) => void;
  /** Work at which every machine fails. */
  readonly isPoisoned: (id: AttemptId) => boolean;
}
