import { z } from 'zod';
import {
  MOST_PREDICTIONS,
  type CheckpointInfo,
  type ConfusionMatrix,
  type Environment,
  type EvaluationPart,
  type EvaluationResult,
  type FoldResult,
  type ModelInfo,
  type Score,
} from '../domain.ts';
import type { AttemptIdInput } from '../generated/foldwise/v1/AttemptId.ts';
import type { EnvironmentInput } from '../generated/foldwise/v1/Environment.ts';
import type { EvaluationResultInput } from '../generated/foldwise/v1/EvaluationResult.ts';
import type { FoldResultInput } from '../generated/foldwise/v1/FoldResult.ts';
import type { ScoreInput } from '../generated/foldwise/v1/Score.ts';
import * as bound from './bounds.ts';
import { fromWire, STEP_KINDS, TASKS, type Task } from './enums.ts';

/** Which attempt a message speaks for; the fencing token of everything a worker reports. */
export interface AttemptId {
  readonly task: Task;
  readonly fold: number;
  readonly attempt: number;
}

export const attemptId = z.object({
  task: fromWire(TASKS),
  fold: bound.count(bound.MAX_FOLDS - 1),
  attempt: bound.positive(bound.MAX_ATTEMPTS),
});

/** An attempt at an evaluation; its task is the part that is evaluated. */
export const evaluationId = attemptId.transform(({ task, ...id }, context) => {
  if (task !== 'fold') return { ...id, part: task satisfies EvaluationPart };
  context.addIssue({ code: 'custom', path: ['task'], message: 'a fold is no evaluation' });
  return z.NEVER;
});

export function encodeAttemptId(id: AttemptId): AttemptIdInput {
  return { task: TASKS[id.task], fold: id.fold, attempt: id.attempt };
}

export const epochReport = z.object({
  epoch: bound.positive(bound.MAX_EPOCHS),
  trainLoss: bound.loss,
  trainAccuracy: bound.share,
  validationLoss: bound.loss,
  validationAccuracy: bound.share,
  seconds: bound.seconds,
});

const score = z
  .object({
    loss: bound.loss,
    accuracy: bound.share,
    confusion: z.array(bound.count(bound.MAX_IMAGES)).max(bound.MAX_CLASSES ** 2),
  })
  .transform((flat, context): Score => {
    const side = Math.sqrt(flat.confusion.length);
    if (!Number.isInteger(side) || side < 2) {
      context.addIssue({ code: 'custom', message: 'confusion is not a square matrix' });
      return z.NEVER;
    }
    return { ...flat, confusion: rowsOf(flat.confusion, side) };
  });

function rowsOf(flat: readonly number[], side: number): ConfusionMatrix {
  return Array.from({ length: side }, (_, row) => flat.slice(row * side, (row + 1) * side));
}

function encodeScore(value: Score): ScoreInput {
  return { ...value, confusion: value.confusion.flat() };
}

export const modelInfo = z.object({
  topologyBytes: bound.positive(bound.MAX_TOPOLOGY_BYTES),
  topologyDigest: bound.digest,
  weightsBytes: bound.positive(bound.MAX_WEIGHTS_BYTES),
  weightsDigest: bound.digest,
}) satisfies z.ZodType<ModelInfo>;

export const checkpointInfo = z.object({
  // 0 for a state within the first epoch.
  epoch: bound.count(bound.MAX_EPOCHS),
  sizeBytes: bound.positive(bound.MAX_CHECKPOINT_BYTES),
  digest: bound.digest,
}) satisfies z.ZodType<CheckpointInfo>;

const environment = z.object({
  host: bound.toldName(256),
  foldwise: bound.toldName(64),
  node: bound.toldName(64),
  engine: bound.toldName(256),
  tensorflow: bound.toldName(64),
  device: bound.toldName(256),
  processor: bound.told(256),
  processorFeatures: z.array(bound.toldName(64)).max(256),
  threads: bound.positive(4096),
  step: fromWire(STEP_KINDS),
  xla: z.boolean().exactOptional(),
}) satisfies z.ZodType<Environment>;

function encodeEnvironment(value: Environment): EnvironmentInput {
  return {
    ...value,
    processorFeatures: [...value.processorFeatures],
    step: STEP_KINDS[value.step],
  };
}

export const foldResult = z.object({
  id: attemptId,
  trainSize: bound.positive(bound.MAX_IMAGES),
  validationSize: bound.positive(bound.MAX_IMAGES),
  fitSeconds: bound.seconds,
  scoreSeconds: bound.seconds,
  epochs: z.array(epochReport).min(1).max(bound.MAX_EPOCHS),
  validation: score,
  model: modelInfo,
  environment,
});

/** A fold's result as its worker reports it; the coordinator adds which worker that was. */
export type ReportedFold = Omit<FoldResult, 'worker'>;

export function encodeFoldResult(result: ReportedFold): FoldResultInput {
  const { fold, attempt, ...rest } = result;
  return {
    ...rest,
    id: encodeAttemptId({ task: 'fold', fold, attempt }),
    epochs: [...result.epochs],
    validation: encodeScore(result.validation),
    environment: encodeEnvironment(result.environment),
  };
}

export const evaluationResult = z.object({
  id: evaluationId,
  seconds: bound.seconds,
  score,
  // Bytes arrive as a view into the whole message.
  predicted: bound.bytes(MOST_PREDICTIONS).transform((view) => Uint8Array.from(view)),
  environment,
});

export type ReportedEvaluation = Omit<EvaluationResult, 'worker'>;

export function encodeEvaluationResult(result: ReportedEvaluation): EvaluationResultInput {
  const { fold, attempt, part, seconds, score, predicted } = result;
  const isTooMany = predicted.length > MOST_PREDICTIONS;
  return {
    id: encodeAttemptId({ task: part, fold, attempt }),
    seconds,
    score: encodeScore(score),
    predicted: isTooMany ? Buffer.alloc(0) : Buffer.from(predicted),
    environment: encodeEnvironment(result.environment),
  };
}
