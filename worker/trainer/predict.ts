import { open, type FileHandle } from 'node:fs/promises';
import type { LayersModel, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { imageSizeBytes } from '../../shared/data/part-file.ts';
import type { ImageShape } from '../../shared/domain.ts';
import { asError, DataError } from '../../shared/errors.ts';
import { floatImages } from '../engine/bytes.ts';
import type { InputDefinition, Program } from '../engine/compile/index.ts';
import { FUSED_WANTED } from '../engine/layers.ts';
import type { TensorFlow } from '../engine/load.ts';
import { MOST_ACTIVATIONS } from './batches.ts';
import { type BatchFunction, createBatchFunction } from './batch-function.ts';
import { loadVerifiedModel } from './load-model.ts';
import type { PredictionAssignment } from './messages.ts';
import { largestLayer } from './model-size.ts';
import { useFusedOps } from './network.ts';
import { ownProgram } from './own-program.ts';
import { withOwned } from './owned.ts';
import type { Pause } from './pause.ts';

export interface PredictOptions {
  readonly assignment: PredictionAssignment;
  /** Raw pixels 0–255, [count, height, width, channels], a byte each. */
  readonly imagesFile: string;
  /** Holds `model.json` and `weights.bin`. */
  readonly modelDir: string;
  /** Takes the probabilities: float32, little-endian, [count, classes]. */
  readonly outputFile: string;
  readonly pause: Pause;
}

/** Larger batches make inference no faster, but take more memory. */
const LARGEST_BATCH = 1000;
/** How far from 1 the probabilities of an image may add up, by rounding. */
const TOLERANCE = 1e-3;

/**
 * Writes the probabilities that a saved model gives for images in a file, batch by batch: memory
 * does not grow with their number.
 *
 * @returns the number of classes
 * @throws {DataError} when the model is not the assigned one, does not take the images, or gives
 *   no probabilities
 */
export async function predictSaved(tf: TensorFlow, options: PredictOptions): Promise<number> {
  const { assignment, imagesFile, modelDir, outputFile } = options;
  return withOwned(async (own) => {
    const ownFile = async (file: string, flags: 'r' | 'w'): Promise<FileHandle> => {
      const handle = await opened(file, flags);
      own({ dispose: async () => handle.close() });
      return handle;
    };
    const model = own(await loadVerifiedModel(tf, modelDir, assignment.model));
    const classCount = checkShapes(model, assignment.image);
    const images = await ownFile(imagesFile, 'r');
    const output = await ownFile(outputFile, 'w');
    const program = ownProgram(tf, assignment, own);
    await predictAll(tf, { ...options, model, images, output }, program);
    return classCount;
  });
}

async function opened(file: string, flags: 'r' | 'w'): Promise<FileHandle> {
  try {
    return await open(file, flags);
  } catch (error) {
    throw new DataError(`Cannot open a temporary file: ${asError(error).message}`, {
      cause: error,
    });
  }
}

interface Prediction extends PredictOptions {
  readonly model: LayersModel;
  readonly images: FileHandle;
  readonly output: FileHandle;
}

async function predictAll(
  tf: TensorFlow,
  prediction: Prediction,
  program: Program | null,
): Promise<void> {
  const { model, images, output, assignment, pause } = prediction;
  const { image, count } = assignment;
  const predict = createPredictor(tf, prediction, program);
  const imageBytes = imageSizeBytes(image);
  const batchSize = batchSizeFor(model);
  for (let start = 0; start < count; start += batchSize) {
    const size = Math.min(batchSize, count - start);
    const pixels = new Uint8Array(size * imageBytes);
    const { bytesRead } = await images.read(pixels, 0, pixels.length, start * imageBytes);
    if (bytesRead !== pixels.length) {
      throw new DataError(`The file of images ends within image ${start} of ${count}`);
    }
    const { probabilities } = await predict({ pixels });
    const values = probabilities as Float32Array;
    checkProbabilities(values, values.length / size);
    await output.writeFile(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    await pause();
  }
}

/** Probabilities of a batch of pixels. */
function createPredictor(
  tf: TensorFlow,
  { model, assignment }: Prediction,
  program: Program | null,
): BatchFunction<PixelInputs, 'probabilities'> {
  const { height, width, channels } = assignment.image;
  useFusedOps(tf, model);
  const how = { training: false, ...FUSED_WANTED };
  return createBatchFunction(
    tf,
    ({ pixels }) => {
      const images = floatImages(tf, pixels as Tensor4D);
      return { probabilities: model.apply(images, how) as Tensor2D };
    },
    {
      inputs: { pixels: { shape: [null, height, width, channels], dtype: 'uint8' } },
      program,
    },
  );
}

type PixelInputs = { readonly pixels: InputDefinition };

/** @throws {DataError} unless each image's numbers are shares of 1 */
function checkProbabilities(values: Float32Array, classCount: number): void {
  for (let start = 0; start < values.length; start += classCount) {
    const shares = values.subarray(start, start + classCount);
    const sum = shares.reduce((total, share) => total + share, 0);
    if (shares.every((share) => share >= 0) && Math.abs(sum - 1) <= TOLERANCE) continue;
    throw new DataError(
      'The model gives no probabilities: for an image its outputs should be at least 0 and add up ' +
        `to 1, got ${[...shares.subarray(0, 4)].join(', ')}${classCount > 4 ? ', …' : ''}. ` +
        'Expected a classifier that ends in softmax.',
    );
  }
}

function checkShapes({ inputs, outputs }: LayersModel, image: ImageShape): number {
  const wanted = JSON.stringify([null, image.height, image.width, image.channels]);
  const [input] = inputs;
  const [output] = outputs;
  const found = { input: JSON.stringify(input?.shape), output: JSON.stringify(output?.shape) };
  const classCount = output?.shape[1];
  const isClassifier = output?.shape.length === 2 && typeof classCount === 'number';
  const isSingle = inputs.length === 1 && outputs.length === 1;
  if (found.input === wanted && isClassifier && isSingle && classCount >= 2) return classCount;
  throw new DataError(
    'The model is no classifier of such images: expected one input ' +
      `${wanted} and one output [null, classes], got ${found.input} and ${found.output}`,
  );
}

/** @throws {DataError} for a model that takes more memory for one image than is sensible */
function batchSizeFor(model: LayersModel): number {
  const { numbers } = largestLayer(model);
  if (numbers > MOST_ACTIVATIONS) {
    throw new DataError(`The model is too large: a layer hands on ${numbers} numbers for an image`);
  }
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(MOST_ACTIVATIONS / numbers)));
}
