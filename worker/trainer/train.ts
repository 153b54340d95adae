import type { DatasetPart, EpochReport, FoldAssignment, ModelInfo } from '../../shared/domain.ts';
import { imageSizeBytes } from '../../shared/data/part-file.ts';
import { complement } from '../../shared/folds.ts';
import { createRandom } from '../../shared/random.ts';
import { createProgram } from '../engine/compile/index.ts';
import type { TensorFlow } from '../engine/load.ts';
import { evaluationBatchSize } from './batches.ts';
import { createDeviceData, type DeviceData } from './device-data.ts';
import { trainEpoch } from './epoch.ts';
import { defineScoring, evaluate } from './evaluate.ts';
import { type History, runEpochs } from './history.ts';
import { drawInitialWeights } from './initial-weights.ts';
import { createModel } from './model.ts';
import { largestLayer } from './model-size.ts';
import { createNetwork, type Network } from './network.ts';
import { type Normalisation, pixelNormalisation } from './normalisation.ts';
import { createAdam } from './optimizer.ts';
import type { Pause } from './pause.ts';
import { modelMetadata, saveModel } from './save.ts';
import { createStep } from './create-step.ts';
import { defineStep, parametersOf, type TrainingStep } from './step.ts';

export interface TrainOptions {
  readonly assignment: FoldAssignment;
  /** The training part in use: images to train with and images to validate with. */
  readonly part: DatasetPart;
  /** An existing folder for the model's files. */
  readonly outputDir: string;
  readonly onEpoch: (report: EpochReport) => Promise<void>;
  /** Takes what the reader of the results should know, in one sentence. */
  readonly onWarning?: (message: string) => void;
  readonly pause: Pause;
}

export interface TrainedFold extends History {
  readonly trainSize: number;
  readonly validationSize: number;
  readonly model: ModelInfo;
}

/**
 * Trains one fold and saves its model. What comes out depends on the assignment, the images, the
 * engine, the processor's features and the number of threads; not on attempt, worker or time.
 *
 * @throws {TrainingError} when a loss is not finite
 * @throws {DataError} for images or labels the model cannot take
 */
export async function trainFold(tf: TensorFlow, options: TrainOptions): Promise<TrainedFold> {
  const owned: { dispose: () => unknown }[] = [];
  const own = <T extends { dispose: () => unknown }>(resource: T): T => {
    owned.push(resource);
    return resource;
  };
  try {
    return await trainWith(tf, options, own);
  } finally {
    for (const resource of owned.reverse()) await resource.dispose();
  }
}

type Own = <T extends { dispose: () => unknown }>(resource: T) => T;

async function trainWith(tf: TensorFlow, options: TrainOptions, own: Own): Promise<TrainedFold> {
  const { assignment, part, pause } = options;
  const { dataset, validation } = assignment;
  const trainingIndices = complement(validation, dataset.train.count);
  const imageSize = imageSizeBytes(dataset.image);
  const normalisation = pixelNormalisation(part.pixels, imageSize, trainingIndices);
  const { network, data, step } = await prepare(tf, { ...options, normalisation }, own);
  const { model } = network;
  const scoring = {
    scoreBatch: defineScoring(tf, { network, data }),
    data,
    indices: Int32Array.from(validation),
    batchSize: evaluationBatchSize(dataset.image, largestLayer(model).numbers),
    pause,
  };
  const history = await runEpochs({
    ...options,
    trainEpoch: (epoch) => trainEpoch({ assignment, step, trainingIndices, epoch, pause }),
    validate: async () => {
      await step.store();
      return (await evaluate(tf, scoring)).score;
    },
  });
  const metadata = modelMetadata(assignment, normalisation);
  const saved = await saveModel(tf, model, { folder: options.outputDir, metadata });
  const trainSize = trainingIndices.length;
  return { trainSize, validationSize: validation.length, ...history, model: saved };
}

interface Prepared {
  readonly network: Network;
  readonly data: DeviceData;
  readonly step: TrainingStep;
}

/** Puts images and untrained model on the device. */
async function prepare(
  tf: TensorFlow,
  {
    assignment,
    part,
    normalisation,
    onWarning = () => undefined,
  }: TrainOptions & { readonly normalisation: Normalisation },
  own: Own,
): Promise<Prepared> {
  const { dataset, fold, seed, training } = assignment;
  const shape = { image: dataset.image, classCount: dataset.classes.length };
  const { dropout } = training;
  const model = own(createModel(tf, { ...shape, dropout, normalisation }));
  drawInitialWeights(tf, model, { seed, fold });
  const network = createNetwork(tf, model, 'The network');
  const data = own(createDeviceData(tf, part, shape));
  const adam = own(createAdam(tf, parametersOf(model), training));
  const dropoutSeed = createRandom(seed, 'dropout', fold).nextUint32() | 0;
  const definition = defineStep(tf, { network, data, adam });
  const program = createProgram(tf, { xla: assignment.xla ?? false });
  own({ dispose: async () => program.close() });
  program.hold(data.images, part.pixels);
  const { step } = await createStep(tf, definition, {
    wanted: assignment.step,
    program,
    dropoutSeed,
    batchSize: assignment.training.batchSize,
    onWarning,
  });
  own(step);
  return { network, data, step };
}
