import { open } from 'node:fs/promises';
import type { DatasetPart, ImageShape } from '../domain.ts';
import { writeFully } from '../durable-files.ts';
import { imageSizeBytes } from './part-file.ts';

const IMAGES_A_WRITE = 500;

/**
 * Writes grey images as CSV in the form of Kaggle's Fashion-MNIST: a header, then a line an image,
 * its label and its pixels, row by row.
 *
 * @param signal - asked now and then; aborting throws its reason
 */
export async function writeCsvFile(
  path: string,
  { labels, pixels }: DatasetPart,
  { image, signal }: { readonly image: ImageShape; readonly signal: AbortSignal },
): Promise<void> {
  const size = imageSizeBytes(image);
  const header = ['label', ...Array.from({ length: size }, (_, index) => `pixel${index + 1}`)];
  const file = await open(path, 'w');
  try {
    await writeFully(file, Buffer.from(`${header.join(',')}\n`));
    for (let from = 0; from < labels.length; from += IMAGES_A_WRITE) {
      signal.throwIfAborted();
      const lines = Array.from(labels.subarray(from, from + IMAGES_A_WRITE), (label, index) => {
        const start = (from + index) * size;
        return `${label},${pixels.subarray(start, start + size).join(',')}\n`;
      });
      await writeFully(file, Buffer.from(lines.join('')));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
