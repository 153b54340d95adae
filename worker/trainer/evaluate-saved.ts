import type { DatasetPart, EvaluationAssignment } from '../../shared/domain.ts';
import { TrainingError } from '../../shared/errors.ts';
import { createProgram, type Program } from '../engine/compile/index.ts';
import type { TensorFlow } from '../engine/load.ts';
import { evaluationBatchSize } from './batches.ts';
import { createDeviceData } from './device-data.ts';
import { createScorer, evaluate, type Evaluation } from './evaluate.ts';
import { loadModel } from './load-model.ts';
import { largestLayer } from './model-size.ts';
import { createNetwork } from './network.ts';
import type { Pause } from './pause.ts';

export interface EvaluateSavedOptions {
  readonly assignment: EvaluationAssignment;
  /** The images of the assigned part. */
  readonly part: DatasetPart;
  /** Holds `model.json` and `weights.bin`. */
  readonly modelDir: string;
  readonly pause: Pause;
}

/**
 * Scores a saved model on a whole part, by the same code as validation.
 *
 * @throws {DataError} when the model is not the assigned one or does not fit the images
 * @throws {TrainingError} when its loss is not finite
 */
export async function evaluateSaved(
  tf: TensorFlow,
  { assignment, part, modelDir, pause }: EvaluateSavedOptions,
): Promise<Evaluation> {
  const { dataset } = assignment;
  const classCount = dataset.classes.length;
  const model = await loadModel(tf, modelDir, assignment);
  try {
    const data = createDeviceData(tf, part, { image: dataset.image, classCount });
    let program: Program | null = null;
    try {
      const indices = Int32Array.from(part.labels, (_, index) => index);
      const network = createNetwork(tf, model, `The model in ${modelDir}`);
      program = assignment.step === 'compiled' ? createProgram(tf) : null;
      program?.hold(data.images, part.pixels);
      const score = createScorer(tf, { network, data }, { kind: assignment.step, program });
      const batchSize = evaluationBatchSize(dataset.image, largestLayer(model).numbers);
      const evaluation = await evaluate({ score, data, indices, batchSize, pause });
      const { loss } = evaluation.score;
      if (Number.isFinite(loss)) return evaluation;
      throw new TrainingError(
        `The loss of the model of fold ${assignment.fold} on the ${assignment.part} part is ${loss}`,
      );
    } finally {
      await program?.close();
      data.dispose();
    }
  } finally {
    model.dispose();
  }
}
