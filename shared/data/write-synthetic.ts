import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Dataset, Digest } from '../domain.ts';
import { writeSynced } from '../durable-files.ts';
import { datasetInfo } from './digest.ts';
import { SYNTHETIC_MARKER } from './synthetic-marker.ts';
import { drawSyntheticDataset } from './synthetic.ts';
import { writeCsvFile } from './write-csv.ts';
import { writeIdxFolder } from './write-idx.ts';
import { writeProducts } from './write-products.ts';
import type { WrittenProducts } from './write-products.ts';

export interface WriteSyntheticOptions {
  readonly seed: number;
  readonly trainCount: number;
  readonly testCount: number;
  /** Products with a good picture in the transfer variant. */
  readonly transferCount: number;
  /** Also as CSV files. */
  readonly hasCsv: boolean;
  /** Aborting ends the work with the signal's reason. */
  readonly signal: AbortSignal;
  /** How many pictures have been drawn, now and then. */
  readonly onProgress?: (drawn: number) => void;
}

export interface WrittenSynthetic {
  /** Of the training and test set, however its files are read. */
  readonly digest: Digest;
  readonly products: WrittenProducts;
}

/** Pictures between two looks at the rest of the world. */
const PAUSE_EVERY = 100;

/**
 * Draws the synthetic set and its transfer variant into an empty folder: IDX files in the folder
 * itself, products in `transfer`, CSV files in `csv`. Each of these says that it is synthetic. The
 * same options give the same files.
 */
export async function writeSynthetic(
  folder: string,
  options: WriteSyntheticOptions,
): Promise<WrittenSynthetic> {
  const { seed, transferCount, hasCsv, signal } = options;
  const onPicture = createPacer(options);
  const dataset = await draw(options, onPicture);
  signal.throwIfAborted();
  const counts = { train: dataset.train.labels.length, test: dataset.test.labels.length };
  await writeIdxFolder(folder, dataset);
  await writeMarker(folder, { seed, ...counts });
  if (hasCsv) {
    const csv = path.join(folder, 'csv');
    await writeCsvFolder(csv, dataset, signal);
    await writeMarker(csv, { seed, ...counts });
  }
  const transfer = path.join(folder, 'products');
  const products = await writeProducts(transfer, {
    seed,
    count: transferCount,
    onProduct: onPicture,
  });
  await writeMarker(transfer, { seed, products: products.rows });
  return { digest: datasetInfo(dataset).digest, products };
}

/** Counts pictures, and lets the program do other things from time to time. */
function createPacer({
  signal,
  onProgress,
}: WriteSyntheticOptions): () => Promise<void> | undefined {
  let drawn = 0;
  const pause = async (): Promise<void> => {
    onProgress?.(drawn);
    await setImmediate();
    signal.throwIfAborted();
  };
  return () => {
    drawn++;
    return drawn % PAUSE_EVERY === 0 ? pause() : undefined;
  };
}

async function draw(
  options: WriteSyntheticOptions,
  onPicture: () => Promise<void> | undefined,
): Promise<Dataset> {
  const drawing = drawSyntheticDataset(options);
  let step = drawing.next();
  while (step.done !== true) {
    const pause = onPicture();
    if (pause !== undefined) await pause;
    step = drawing.next();
  }
  return step.value;
}

async function writeCsvFolder(
  folder: string,
  { image, train, test }: Dataset,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(folder);
  await writeCsvFile(path.join(folder, 'synthetic_train.csv'), train, { image, signal });
  await writeCsvFile(path.join(folder, 'synthetic_test.csv'), test, { image, signal });
}

/** What readers of the folder know it by. */
async function writeMarker(folder: string, facts: Readonly<Record<string, number>>): Promise<void> {
  const marker = {
    foldwise: 'synthetic',
    schema: 1,
    ...facts,
    note: 'Drawn by a program: no photographs, no real garments.',
  };
  const text = `${JSON.stringify(marker, null, 2)}\n`;
  await writeSynced(path.join(folder, SYNTHETIC_MARKER), Buffer.from(text));
}
