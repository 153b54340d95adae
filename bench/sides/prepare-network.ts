import type { Tensor1D } from '@tensorflow/tfjs-node-gpu';
import { FASHION_CLASSES } from '../../shared/data/classes.ts';
import { datasetInfo } from '../../shared/data/digest.ts';
import {
  asRunId,
  type DatasetPart,
  type FoldAssignment,
  type StepKind,
} from '../../shared/domain.ts';
import { createProgram } from '../../worker/engine/compile/index.ts';
import type { TensorFlow } from '../../worker/engine/load.ts';
import { createBatchFunction } from '../../worker/trainer/batch-function.ts';
import { batchesOf } from '../../worker/trainer/batches.ts';
import { createStep } from '../../worker/trainer/create-step.ts';
import { createDeviceData } from '../../worker/trainer/device-data.ts';
import { trainEpoch } from '../../worker/trainer/epoch.ts';
import { drawInitialWeights } from '../../worker/trainer/initial-weights.ts';
import { createModel } from '../../worker/trainer/model.ts';
import { createNetwork } from '../../worker/trainer/network.ts';
import { pixelNormalisation } from '../../worker/trainer/normalisation.ts';
import { createAdam } from '../../worker/trainer/optimizer.ts';
import { yieldToEventLoop } from '../../worker/trainer/pause.ts';
import { defineStep, parametersOf } from '../../worker/trainer/step.ts';
import { CLASS_COUNT, IMAGE } from './answer.ts';

/** The paper's network as a worker trains it, ready for any number of steps. */
export interface Network {
  /** An epoch of the first `images` images. */
  readonly train: (images: number, batchSize: number) => Promise<void>;
  /** The probabilities of the first `images` images, batch by batch in the host's memory. */
  readonly predict: (images: number, batchSize: number) => Promise<void>;
}

export interface NetworkOptions {
  readonly part: DatasetPart;
  readonly step: StepKind;
  readonly batchSize: number;
}

/** @throws FoldwiseError for a step that cannot be executed as asked */
export async function prepareNetwork(tf: TensorFlow, options: NetworkOptions): Promise<Network> {
  const { part } = options;
  const indices = Int32Array.from(part.labels, (_, index) => index);
  const assignment = assignmentOf(options);
  const { seed, fold, training } = assignment;
  const normalisation = pixelNormalisation(part.pixels, 28 * 28, indices);
  const { dropout } = training;
  const shape = { image: IMAGE, classCount: CLASS_COUNT };
  const model = createModel(tf, { ...shape, dropout, normalisation });
  drawInitialWeights(tf, model, { seed, fold });
  const network = createNetwork(tf, model, 'The network');
  const data = createDeviceData(tf, part, shape);
  const adam = createAdam(tf, parametersOf(model), training);
  const program = options.step === 'compiled' ? createProgram(tf) : null;
  program?.hold(data.images, part.pixels);
  const { step } = await createStep(tf, defineStep(tf, { network, data, adam }), {
    program,
    dropoutSeed: 1,
    batchSize: options.batchSize,
    onWarning: refuse,
  });
  const classify = createBatchFunction(
    tf,
    ({ indices: batch }) => ({
      probabilities: tf.softmax(network.infer(data.gather(batch as Tensor1D).pixels)),
    }),
    { inputs: { indices: { shape: [null], dtype: 'int32' } }, program },
  );
  let epoch = 0;
  return {
    train: async (images) => {
      epoch += 1;
      const trainingIndices = indices.subarray(0, images);
      await trainEpoch({ assignment, step, trainingIndices, epoch, pause: yieldToEventLoop });
    },
    predict: async (images, batchSize) => {
      for (const batch of batchesOf(indices.subarray(0, images), batchSize)) {
        await classify({ indices: batch });
        await yieldToEventLoop();
      }
    },
  };
}

/** A step of another kind than asked for would be measured under a wrong name. */
function refuse(warning: string): never {
  throw new Error(warning);
}

function assignmentOf({ part, step, batchSize }: NetworkOptions): FoldAssignment {
  const dataset = datasetInfo({
    ...{ name: 'bench', synthetic: false, classes: FASHION_CLASSES, image: IMAGE },
    ...{ train: part, test: part },
  });
  const training = {
    epochs: 1,
    batchSize,
    learningRate: 1e-3,
    learningRateSchedule: 'constant',
    weightDecay: 1e-5,
    dropout: 0.25,
  } as const;
  const run = asRunId('bench');
  const fold = { run, fold: 0, attempt: 1, seed: 0, checkpointEpochs: 0 };
  return { ...fold, dataset, validation: [], training, threads: 1, step };
}
