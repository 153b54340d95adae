import type { DatasetPart, EvaluationAssignment } from '../../shared/domain.ts';
import { TrainingError } from '../../shared/errors.ts';
import type { TensorFlow } from '../engine/load.ts';
import { evaluationBatchSize } from './batches.ts';
import { createDeviceData } from './device-data.ts';
import { createScorer, evaluate, type Evaluation } from './evaluate.ts';
import { loadModel } from './load-model.ts';
import { largestLayer } from './model-size.ts';
import { createNetwork } from './network.ts';
import { ownProgram } from './own-program.ts';
import { type Own, withOwned } from './owned.ts';
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
  options: EvaluateSavedOptions,
): Promise<Evaluation> {
  const { assignment } = options;
  const evaluation = await withOwned(async (own) => score(tf, options, own));
  const { loss } = evaluation.score;
  if (Number.isFinite(loss)) return evaluation;
  throw new TrainingError(
    `The loss of the model of fold ${assignment.fold} on the ${assignment.part} part is ${loss}`,
  );
}

async function score(
  tf: TensorFlow,
  { assignment, part, modelDir, pause }: EvaluateSavedOptions,
  own: Own,
): Promise<Evaluation> {
  const { dataset } = assignment;
  const model = own(await loadModel(tf, modelDir, assignment));
  const shape = { image: dataset.image, classCount: dataset.classes.length };
  const data = own(createDeviceData(tf, part, shape));
  const network = createNetwork(tf, model, `The model in ${modelDir}`);
  const program = ownProgram(tf, assignment, own);
  program?.hold(data.images, part.pixels);
  return evaluate({
    score: createScorer(tf, { network, data }, program),
    data,
    indices: Int32Array.from(part.labels, (_, index) => index),
    batchSize: evaluationBatchSize(dataset.image, largestLayer(model).numbers),
    pause,
  });
}
