import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Dataset } from '../domain.ts';
import { writeSynced } from '../durable-files.ts';
import { encodeIdx } from './idx-format.ts';

const compress = promisify(gzip);

/** Where gzip notes the operating system, and its word for "unknown". */
const SYSTEM_OFFSET = 9;
const UNKNOWN_SYSTEM = 255;

/**
 * Writes a dataset of grey images as the four gzipped IDX files of MNIST and Fashion-MNIST. The
 * files hold no time and no name of a system, so the same data give the same bytes.
 */
export async function writeIdxFolder(
  folder: string,
  { image: { height, width }, train, test }: Pick<Dataset, 'image' | 'train' | 'test'>,
): Promise<void> {
  for (const [name, { labels, pixels }] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const count = labels.length;
    const images = encodeIdx('images', { count, height, width }, pixels);
    await writeGzip(path.join(folder, `${name}-images-idx3-ubyte.gz`), images);
    const body = encodeIdx('labels', { count, height: 1, width: 1 }, labels);
    await writeGzip(path.join(folder, `${name}-labels-idx1-ubyte.gz`), body);
  }
}

async function writeGzip(file: string, bytes: Uint8Array): Promise<void> {
  const packed = await compress(bytes, { level: 9 });
  packed[SYSTEM_OFFSET] = UNKNOWN_SYSTEM;
  await writeSynced(file, packed);
}
