import { createRandom } from '../../shared/random.ts';

/** Number of batches, a last partial one counted. */
export function batchCount(size: number, batchSize: number): number {
  return Math.ceil(size / batchSize);
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
