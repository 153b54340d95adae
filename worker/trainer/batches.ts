import type { ImageShape } from '../../shared/domain.ts';
import { createRandom } from '../../shared/random.ts';

/** Number of batches, a last partial one counted. */
export function batchCount(size: number, batchSize: number): number {
  return Math.ceil(size / batchSize);
}

/** Larger batches make inference no faster, but take more memory. */
const EVALUATION_PIXELS = 1000 * 28 * 28;
const MOST_IMAGES = 1000;
/** Numbers that the largest layer may hand on for a batch: 1 GiB of them. */
export const MOST_ACTIVATIONS = 2 ** 28;

/**
 * Images scored at a time. It follows from their size and the network alone, so that whoever
 * evaluates the same model on the same images gets the same numbers, however it was trained.
 *
 * @param numbers - what the largest layer hands on for an image
 */
export function evaluationBatchSize({ height, width }: ImageShape, numbers: number): number {
  const fitting = Math.floor(EVALUATION_PIXELS / (height * width));
  return Math.max(1, Math.min(MOST_IMAGES, fitting, Math.floor(MOST_ACTIVATIONS / numbers)));
}

/** Cuts `indices` into consecutive batches; the last one holds what is left. */
export function* batchesOf(indices: Int32Array, batchSize: number): Generator<Int32Array> {
  for (let start = 0; start < indices.length; start += batchSize) {
    yield indices.subarray(start, start + batchSize);
  }
}

/**
 * The order in which an epoch sees its images: a permutation of the fold's ascending training
 * indices that depends on seed, fold and epoch alone.
 */
export function epochOrder(
  trainingIndices: Int32Array,
  { seed, fold, epoch }: { readonly seed: number; readonly fold: number; readonly epoch: number },
): Int32Array {
  return createRandom(seed, 'shuffle', fold, epoch).shuffle(Int32Array.from(trainingIndices));
}
