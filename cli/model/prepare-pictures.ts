import { open } from 'node:fs/promises';
import { asError, UsageError } from '../../shared/errors.ts';
import type { ImageShape } from '../../shared/domain.ts';
import { decodePicture } from '../../shared/data/products/decode-picture.ts';
import { PictureError } from '../../shared/data/products/picture.ts';
import { type Preparation, prepare } from '../../shared/data/products/prepare.ts';
import type { Unusable } from './find-pictures.ts';

export interface PreparePicturesOptions {
  readonly files: readonly string[];
  readonly how: Preparation;
  readonly image: ImageShape;
  /** Takes the pixels, [count, height, width, 1], a byte each. */
  readonly imagesFile: string;
  readonly onUnusable: (unusable: Unusable) => void;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Photographs of 50 million pixels take 150 MB each while they are prepared. */
const AT_ONCE = 4;

/**
 * Makes pictures into images of a model's size, in their order, and writes them to a file: memory
 * does not grow with their number.
 *
 * @returns the files whose pictures were written
 */
export async function preparePictures(options: PreparePicturesOptions): Promise<string[]> {
  const { files, imagesFile, onUnusable, onProgress, signal } = options;
  const used: string[] = [];
  const output = await open(imagesFile, 'w');
  try {
    for (let start = 0; start < files.length; start += AT_ONCE) {
      signal.throwIfAborted();
      const batch = files.slice(start, start + AT_ONCE);
      const images = await Promise.all(batch.map((file) => imageOf(file, options)));
      for (const [index, file] of batch.entries()) {
        const image = images[index];
        if (image instanceof Uint8Array) {
          await output.writeFile(image);
          used.push(file);
        } else {
          onUnusable({ file, reason: image ?? 'cannot be read' });
        }
      }
      onProgress(start + batch.length, files.length);
    }
  } finally {
    await output.close();
  }
  return used;
}

/** @returns pixels, or why there are none */
async function imageOf(
  file: string,
  { how, image }: PreparePicturesOptions,
): Promise<Uint8Array | string> {
  try {
    return await prepare(await decodePicture(file), how, image);
  } catch (error) {
    if (error instanceof PictureError) return error.reason;
    if (error instanceof UsageError) return asError(error).message;
    throw error;
  }
}
