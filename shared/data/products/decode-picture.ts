import { readFile, stat } from 'node:fs/promises';
import { errorCode } from '../file-problem.ts';
import { imageLibrary } from './image-library.ts';
import type { ImageLibrary } from './image-library.ts';
import { PictureError } from './picture.ts';
import type { Picture, PictureProblem } from './picture.ts';
import { isCutShort, pictureFormat } from './signature.ts';
import type { PictureFormat } from './signature.ts';

/** Well above what a camera delivers; below what would fill the memory. */
const MOST_PIXELS = 50_000_000;
const MOST_BYTES = 64 * 2 ** 20;

const READ_PROBLEMS: Readonly<Record<string, PictureProblem>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
};

/**
 * Decodes a JPEG, PNG, WebP, GIF (its first frame) or TIFF: upright, on white where transparent,
 * 8 bits of sRGB whatever depth, profile or colour model the file has.
 *
 * What is missing or wrong inside the pixels fails; harmless oddities that every viewer passes
 * over do not.
 *
 * @param source - the file's bytes, or its path
 * @throws PictureError with a reason from a short list
 */
export async function decodePicture(source: Uint8Array | string): Promise<Picture> {
  const bytes = typeof source === 'string' ? await readPicture(source) : source;
  if (bytes.length === 0) throw new PictureError('empty file');
  if (bytes.length > MOST_BYTES) throw new PictureError('too large');
  const format = pictureFormat(bytes);
  if (format === undefined) throw new PictureError('not an image');
  const library = await imageLibrary();
  try {
    return await decoded(library, bytes);
  } catch (error) {
    throw new PictureError(await problemOf(library, bytes, format), { cause: error });
  }
}

async function readPicture(path: string): Promise<Uint8Array> {
  try {
    // Before it is opened: opening a named pipe waits for a writer.
    const found = await stat(path);
    if (found.isDirectory()) throw new PictureError('a folder');
    if (!found.isFile()) throw new PictureError('not a regular file');
    if (found.size > MOST_BYTES) throw new PictureError('too large');
    return await readFile(path);
  } catch (error) {
    if (error instanceof PictureError) throw error;
    throw new PictureError(READ_PROBLEMS[errorCode(error)] ?? 'cannot be read', { cause: error });
  }
}

async function decoded(library: ImageLibrary, bytes: Uint8Array): Promise<Picture> {
  const options = { failOn: 'error', limitInputPixels: MOST_PIXELS, pages: 1 } as const;
  const { data, info } = await library(bytes, options)
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected 3 channels, got ${info.channels}`);
  return { width: info.width, height: info.height, pixels: data };
}

/** Looks for what was wrong: sharp's errors have no codes. */
async function problemOf(
  library: ImageLibrary,
  bytes: Uint8Array,
  format: PictureFormat,
): Promise<PictureProblem> {
  const header = await library(bytes, { limitInputPixels: false, pages: 1 })
    .metadata()
    .catch(() => undefined);
  if (header !== undefined && header.width * header.height > MOST_PIXELS) return 'too large';
  return isCutShort(bytes, format) ? 'truncated' : 'damaged';
}
