import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EvaluationAssignment, FoldAssignment, WorkerId } from '../shared/domain.ts';
import { asError } from '../shared/errors.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import type { WorkerSaid } from '../shared/wire/session.ts';
import type { Progress } from './attempt.ts';
import type { DatasetCache } from './cache.ts';
import type { Connection } from './connection.ts';
import { describeFailure } from './failure.ts';
import { evaluate } from './evaluate-model.ts';
import type { Trainer } from './runner.ts';
import { trainFold } from './train-fold.ts';

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

/**
 * Carries an assignment out and reports its result, or its failure, to the coordinator. Never
 * rejects; an aborted signal ends it without a report.
 */
export async function carryOut(
  place: Workplace,
  work: Assignment,
  control: Control,
): Promise<AttemptEnding> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(path.join(tmpdir(), 'foldwise-attempt-'));
    return work.kind === 'fold'
      ? await trainFold(place, work.assignment, { ...control, folder })
      : await evaluate(place, work.assignment, { ...control, folder });
  } catch (thrown) {
    if (control.signal.aborted) return 'drained';
    const failure = describeFailure(asError(thrown));
    const { task, fold, attempt } = idOf(work);
    place.onState(`${task} ${fold}, attempt ${attempt}, failed: ${failure.message}`);
    place.say({ body: 'failed', id: { task, fold, attempt }, ...failure });
    return 'told';
  } finally {
    // What is left in a folder for temporary files is no reason to fail.
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** How messages name the attempt at an assignment. */
export function idOf({ assignment }: Assignment): AttemptId {
  const { fold, attempt } = assignment;
  return { task: 'part' in assignment ? assignment.part : 'fold', fold, attempt };
}
