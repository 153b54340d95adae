import { z } from 'zod';
import type { EvaluationAssignment, FoldAssignment, TrainingSettings } from '../domain.ts';
import type { EvaluationAssignmentInput } from '../generated/foldwise/v1/EvaluationAssignment.ts';
import type { FoldAssignmentInput } from '../generated/foldwise/v1/FoldAssignment.ts';
import type { TrainingSettingsInput } from '../generated/foldwise/v1/TrainingSettings.ts';
import * as bound from './bounds.ts';
import { datasetInfo, encodeDatasetInfo, partInfo } from './dataset.ts';
import { fromWire, SCHEDULES, STEP_KINDS } from './enums.ts';
import { attemptId, checkpointInfo, encodeAttemptId, evaluationId, modelInfo } from './results.ts';
import { absentAsNull } from './decode.ts';

const trainingSettings = z.object({
  epochs: bound.positive(bound.MAX_EPOCHS),
  batchSize: bound.positive(bound.MAX_IMAGES),
  learningRate: z.number().positive(),
  learningRateSchedule: fromWire(SCHEDULES),
  weightDecay: z.number().min(0),
  dropout: z.number().min(0).lt(1),
}) satisfies z.ZodType<TrainingSettings>;

function encodeTrainingSettings(settings: TrainingSettings): TrainingSettingsInput {
  return { ...settings, learningRateSchedule: SCHEDULES[settings.learningRateSchedule] };
}

export const foldAssignment = z.object({
  id: attemptId,
  seed: bound.count(Number.MAX_SAFE_INTEGER),
  dataset: datasetInfo,
  validation: z.array(bound.count(bound.MAX_IMAGES)).min(1),
  training: trainingSettings,
  threads: bound.positive(4096),
  step: fromWire(STEP_KINDS),
  architecture: bound.name(bound.MAX_ARCHITECTURE_BYTES).exactOptional(),
  xla: z.boolean().exactOptional(),
  checkpointEpochs: bound.count(bound.MAX_EPOCHS),
  checkpoint: absentAsNull(checkpointInfo),
});

export function encodeFoldAssignment(assignment: FoldAssignment): FoldAssignmentInput {
  const { fold, attempt, architecture, xla, checkpoint } = assignment;
  return {
    id: encodeAttemptId({ task: 'fold', fold, attempt }),
    seed: assignment.seed,
    dataset: encodeDatasetInfo(assignment.dataset),
    validation: [...assignment.validation],
    training: encodeTrainingSettings(assignment.training),
    threads: assignment.threads,
    step: STEP_KINDS[assignment.step],
    ...(architecture === undefined ? {} : { architecture }),
    ...(xla === undefined ? {} : { xla }),
    checkpointEpochs: assignment.checkpointEpochs,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

export const evaluationAssignment = z.object({
  id: evaluationId,
  images: partInfo,
  dataset: datasetInfo,
  model: modelInfo,
  threads: bound.positive(4096),
  step: fromWire(STEP_KINDS),
  xla: z.boolean().exactOptional(),
});

export function encodeEvaluationAssignment(
  assignment: EvaluationAssignment,
): EvaluationAssignmentInput {
  const { fold, attempt, part, xla } = assignment;
  return {
    id: encodeAttemptId({ task: part, fold, attempt }),
    images: assignment.images,
    dataset: encodeDatasetInfo(assignment.dataset),
    model: assignment.model,
    threads: assignment.threads,
    step: STEP_KINDS[assignment.step],
    ...(xla === undefined ? {} : { xla }),
  };
}
