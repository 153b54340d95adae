import { z } from 'zod';
import type { EvaluationPart, LearningRateSchedule, StepKind } from '../domain.ts';

/** Enums on the wire are SCREAMING_CASE with an UNSPECIFIED zero, which no table here holds. */
export type Task = 'fold' | EvaluationPart;
/**
 * `training` would fail again alike; `infrastructure` may succeed elsewhere or later,
 * `out-of-memory` on a larger machine; `checkpoint` with an earlier checkpoint, or none.
 */
export type FailureKind = 'training' | 'infrastructure' | 'out-of-memory' | 'checkpoint';
/** What a renewal tells a worker: go on, stop since the work is not wanted, or it is no longer its own. */
export type Verdict = 'continue' | 'cancel' | 'lost';
export type DatasetPartName = 'train' | EvaluationPart;

export const TASKS = {
  fold: 'TASK_FOLD',
  test: 'TASK_TEST',
  'transfer-paper': 'TASK_TRANSFER_PAPER',
  'transfer-fit': 'TASK_TRANSFER_FIT',
} as const satisfies Record<Task, string>;
export const FAILURE_KINDS = {
  training: 'FAILURE_KIND_TRAINING',
  infrastructure: 'FAILURE_KIND_INFRASTRUCTURE',
  'out-of-memory': 'FAILURE_KIND_OUT_OF_MEMORY',
  checkpoint: 'FAILURE_KIND_CHECKPOINT',
} as const satisfies Record<FailureKind, string>;
export const VERDICTS = {
  continue: 'VERDICT_CONTINUE',
  cancel: 'VERDICT_CANCEL',
  lost: 'VERDICT_LOST',
} as const satisfies Record<Verdict, string>;
export const STEP_KINDS = {
  compiled: 'STEP_KIND_COMPILED',
  eager: 'STEP_KIND_EAGER',
} as const satisfies Record<StepKind, string>;
export const SCHEDULES = {
  constant: 'LEARNING_RATE_SCHEDULE_CONSTANT',
  cosine: 'LEARNING_RATE_SCHEDULE_COSINE',
} as const satisfies Record<LearningRateSchedule, string>;
export const DATASET_PARTS = {
  train: 'DATASET_PART_TRAIN',
  test: 'DATASET_PART_TEST',
  'transfer-paper': 'DATASET_PART_TRANSFER_PAPER',
  'transfer-fit': 'DATASET_PART_TRANSFER_FIT',
} as const satisfies Record<DatasetPartName, string>;

/** A schema that reads the wire's spelling back into the domain's. */
export function fromWire<Name extends string>(table: Readonly<Record<Name, string>>) {
  return z.string().transform((spelling, context): Name => {
    for (const name in table) if (table[name] === spelling) return name;
    context.addIssue({ code: 'custom', message: `unknown value "${spelling.slice(0, 64)}"` });
    return z.NEVER;
  });
}
