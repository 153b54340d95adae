import { createRequire } from 'node:module';
import type sharp from 'sharp';
import { FoldwiseError } from '../../errors.ts';

export type ImageLibrary = typeof sharp;

/**
 * Loads sharp where pictures are really read, so that programs without pictures start without it.
 *
 * Its settings are global, so they are made here alone: `simd(false)`, because vector units of
 * different width may round differently and the same file is to give the same pixels on every
 * machine; one thread and no cache, because small pictures, each seen once, gain from neither.
 *
 * @throws FoldwiseError where sharp has no program for this machine
 */
export function imageLibrary(): Promise<ImageLibrary> {
  try {
    // Asked for with each picture: unlike import(), require() answers at once from its cache.
    const library = createRequire(import.meta.url)('sharp') as ImageLibrary;
    library.simd(false);
    library.concurrency(1);
    library.cache(false);
    return Promise.resolve(library);
  } catch (error) {
    return Promise.reject(notLoaded(error));
  }
}

const notLoaded = (error: unknown): FoldwiseError =>
  new FoldwiseError(
    'the image library sharp does not load on this machine; install it again with "npm ci" ' +
      '(with its optional dependencies), or use data without pictures',
    { cause: error },
  );
