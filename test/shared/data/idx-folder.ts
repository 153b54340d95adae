import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

export const TRAIN_IMAGES = 'train-images-idx3-ubyte';
export const TRAIN_LABELS = 'train-labels-idx1-ubyte';
export const TEST_IMAGES = 't10k-images-idx3-ubyte';
export const TEST_LABELS = 't10k-labels-idx1-ubyte';

/** An IDX file of images with the pixels 0, 1, 2, … */
export function idxImages(count: number, height = 2, width = 3): Buffer {
  const header = bigEndian(0x803, count, height, width);
  const pixels = Buffer.from(Array.from({ length: count * height * width }, (_, at) => at % 256));
  return Buffer.concat([header, pixels]);
}

export function idxLabels(labels: readonly number[]): Buffer {
  return Buffer.concat([bigEndian(0x801, labels.length), Buffer.from(labels)]);
}

export function bigEndian(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32BE(word, index * 4));
  return bytes;
}

/** The smallest sensible folder: four training images, two test images of 2×3 pixels. */
export const tinyFiles = (): Record<string, Buffer> => ({
  [TRAIN_IMAGES]: idxImages(4),
  [TRAIN_LABELS]: idxLabels([0, 1, 9, 1]),
  [TEST_IMAGES]: idxImages(2),
  [TEST_LABELS]: idxLabels([1, 0]),
});

/** A new folder with these files, gone when the test ends. */
export async function folderOf(
  t: ExecutionContext,
  files: Readonly<Record<string, Buffer>>,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-idx-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(path.join(folder, name), bytes);
  }
  return folder;
}
