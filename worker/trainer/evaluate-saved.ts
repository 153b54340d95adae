import type { DatasetPart, EvaluationAssignment, Score } from '../../shared/domain.ts';
import { TrainingError } from '../../shared/errors.ts';
import type { TensorFlow } from '../engine/load.ts';
import { createDeviceData } from './device-data.ts';
import { evaluate } from './evaluate.ts';
import { logitLayers } from './forward.ts';
import { loadModel } from './load-model.ts';
import type { Pause } from './pause.ts';

export interface EvaluateSavedOptions {
  readonly assignment: EvaluationAssignment;
  /** The test part in use. */
  readonly part: DatasetPart;
  /** Holds `model.json` and `weights.bin`. */
  readonly modelDir: string;
  readonly pause: Pause;
}

/**
 * Scores a saved model on the whole test part, by the same code as validation.
 *
 * @throws {DataError} when the model is not the assigned one or does not fit the images
 * @throws {TrainingError} when its loss is not finite
 */
export async function evaluateSaved(
  tf: TensorFlow,
  { assignment, part, modelDir, pause }: EvaluateSavedOptions,
): Promise<Score> {
  const { dataset, batchSize } = assignment;
  const classCount = dataset.classes.length;
  const model = await loadModel(tf, modelDir, assignment);
  try {
    const data = createDeviceData(tf, part, { image: dataset.image, classCount });
    try {
      const indices = Int32Array.from(part.labels, (_, index) => index);
      const layers = logitLayers(model);
      const score = await evaluate(tf, { layers, data, indices, batchSize, pause });
      if (Number.isFinite(score.loss)) return score;
      throw new TrainingError(
        `The test loss of the model of fold ${assignment.fold} is ${score.loss}`,
      );
    } finally {
      data.dispose();
    }
  } finally {
    model.dispose();
  }
}
