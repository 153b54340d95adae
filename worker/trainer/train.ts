import type { DatasetPart, EpochReport, FoldAssignment, ModelInfo } from '../../shared/domain.ts';
import { imageSizeBytes } from '../../shared/data/part-file.ts';
import { complement } from '../../shared/folds.ts';
import { createRandom } from '../../shared/random.ts';
import type { Program } from '../engine/compile/index.ts';
import type { TensorFlow } from '../engine/load.ts';
import { evaluationBatchSize } from './batches.ts';
import { createDeviceData, type DeviceData } from './device-data.ts';
import { trainEpoch } from './epoch.ts';
import { createScorer, evaluate } from './evaluate.ts';
import { type History, runEpochs } from './history.ts';
import { largestLayer } from './model-size.ts';
import { createNetwork, type Network } from './network.ts';
import { type Normalisation, pixelNormalisation } from './normalisation.ts';
import { createAdam } from './optimizer.ts';
import { createStateKeeper, resumeFrom, type StateOptions } from './keep-states.ts';
import { ownProgram } from './own-program.ts';
import { type Own, withOwned } from './owned.ts';
import type { Pause } from './pause.ts';
import { modelMetadata, saveModel } from './save.ts';
import { createUntrained, standardisationOf } from './untrained.ts';
import { createStep } from './create-step.ts';
import { type NamedVariable, stateVariables } from './state-variables.ts';
import { defineStep, parametersOf, type TrainingStep } from './step.ts';
import { BEGINNING } from './training-state.ts';

export interface TrainOptions extends StateOptions {
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
 * @throws {DataError} for images or labels the model cannot take, and for a state to go on from
 *   that is not of this training
 */
export async function trainFold(tf: TensorFlow, options: TrainOptions): Promise<TrainedFold> {
  return withOwned(async (own) => trainWith(tf, options, own));
}

async function trainWith(tf: TensorFlow, options: TrainOptions, own: Own): Promise<TrainedFold> {
  const { assignment, part, pause } = options;
  const { dataset, validation } = assignment;
  const trainingIndices = complement(validation, dataset.train.count);
  const imageSize = imageSizeBytes(dataset.image);
  const normalisation = pixelNormalisation(part.pixels, imageSize, trainingIndices);
  const prepared = await prepare(tf, { ...options, normalisation }, own);
  const { network, data, step, program, variables } = prepared;
  const { model } = network;
  const scoring = {
    score: createScorer(tf, { network, data }, program),
    data,
    indices: Int32Array.from(validation),
    batchSize: evaluationBatchSize(dataset.image, largestLayer(model).numbers),
    pause,
  };
  const history = await runEpochs({
    ...options,
    from: options.resume?.progress ?? BEGINNING,
    keeper: createStateKeeper({ ...options, step, variables }),
    trainEpoch: (part) => trainEpoch({ assignment, step, trainingIndices, pause, ...part }),
    validate: async () => (await evaluate(scoring)).score,
  });
  await step.store();
  const metadata = modelMetadata(assignment, standardisationOf(assignment, normalisation));
  const saved = await saveModel(tf, model, { folder: options.outputDir, metadata });
  const trainSize = trainingIndices.length;
  return { trainSize, validationSize: validation.length, ...history, model: saved };
}

interface Prepared {
  readonly network: Network;
  readonly data: DeviceData;
  readonly step: TrainingStep;
  /** Null where the step runs op by op. */
  readonly program: Program | null;
  readonly variables: readonly NamedVariable[];
}

/** Puts images and model on the device: untrained, or as far as the state to go on from. */
async function prepare(
  tf: TensorFlow,
  {
    assignment,
    part,
    normalisation,
    onWarning = () => undefined,
    resume,
  }: TrainOptions & { readonly normalisation: Normalisation },
  own: Own,
): Promise<Prepared> {
  const { dataset, fold, seed, training } = assignment;
  const shape = { image: dataset.image, classCount: dataset.classes.length };
  const model = own(await createUntrained(tf, assignment, normalisation));
  const network = createNetwork(tf, model, 'The network');
  const data = own(createDeviceData(tf, part, shape));
  const adam = own(createAdam(tf, parametersOf(model), training));
  const variables = stateVariables(model, adam);
  if (resume) resumeFrom(tf, resume, { assignment, variables });
  const dropoutSeed = createRandom(seed, 'dropout', fold).nextUint32() | 0;
  const definition = defineStep(tf, { network, data, adam });
  const program = ownProgram(tf, assignment, own);
  program?.hold(data.images, part.pixels);
  const { step, kind } = await createStep(tf, definition, {
    program,
    dropoutSeed,
    batchSize: assignment.training.batchSize,
    onWarning,
  });
  own(step);
  return { network, data, step, program: kind === 'compiled' ? program : null, variables };
}
