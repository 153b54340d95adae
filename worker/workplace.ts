import type { EvaluationAssignment, FoldAssignment, WorkerId } from '../shared/domain.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { WorkerSaid } from '../shared/wire/session.ts';
import type { DatasetCache } from './cache.ts';
import type { Connection } from './connection.ts';
import type { Persistence } from './persist.ts';
import type { Trainer } from './runner.ts';

/** What a worker has to carry out assignments with. */
export interface Workplace {
  readonly connection: Connection;
  readonly worker: WorkerId;
  readonly cache: DatasetCache;
  readonly trainer: Trainer;
  readonly localData?: string;
  /** Tells the coordinator, now or once it can be reached again. */
  readonly say: (said: WorkerSaid) => void;
  /** For people. */
  readonly onState: (line: string) => void;
  readonly onOutput: (line: string) => void;
}

export type Assignment =
  | { readonly kind: 'fold'; readonly assignment: FoldAssignment }
  | { readonly kind: 'evaluation'; readonly assignment: EvaluationAssignment };

/** What a heartbeat tells of an attempt. */
export interface Progress {
  epoch: number;
  checkpointEpoch: number;
}

/** How an attempt is led. */
export interface Control {
  /** Aborted where the attempt is no longer live. */
  readonly signal: AbortSignal;
  /** Aborted where the worker has to leave: hand over what there is, and end. */
  readonly drain: AbortSignal;
  readonly progress: Progress;
}

/** `told`: a result or a failure; `drained`: there is nothing to tell. */
export type AttemptEnding = 'told' | 'drained';

/** How messages name the attempt at an assignment. */
export function idOf({ assignment }: Assignment): AttemptId {
  const { fold, attempt } = assignment;
  return { task: 'part' in assignment ? assignment.part : 'fold', fold, attempt };
}

/** How transfers of an attempt go on after interruptions, of which only the first in a row is told. */
export function persistence(
  { connection, onState }: Pick<Workplace, 'connection' | 'onState'>,
  signal: AbortSignal,
): Persistence {
  const onInterruption = (line: string, before: number): void => {
    if (before === 0) onState(line);
  };
  return { connection, signal, onInterruption };
}
