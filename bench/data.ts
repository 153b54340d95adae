import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchedFolder } from '../shared/data/open.ts';
import { loadDataset } from '../shared/data/load.ts';
import { writeSynthetic } from '../shared/data/write-synthetic.ts';
import { UsageError } from '../shared/errors.ts';

/** What all sides train with. */
export interface BenchData {
  readonly name: string;
  readonly synthetic: boolean;
  readonly images: number;
  /** A folder that `foldwise train --data` reads. */
  readonly folder: string;
  /** Holds `pixels.bin`, [images, 28, 28], and `labels.bin`: a byte each. */
  readonly bytes: string;
}

interface Options {
  readonly data?: string | undefined;
  /** Takes what has to be written. */
  readonly temporary: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const TRAIN_COUNT = 60_000;
const TEST_COUNT = 10_000;
const BESIDE = fileURLToPath(new URL('../../shared/data', import.meta.url));

/**
 * Fashion-MNIST where it is found (`--data`, FOLDWISE_TEST_DATA, beside the project, fetched), or as
 * many pictures drawn by Foldwise.
 *
 * @throws UsageError for data of another shape
 */
export async function prepareData(options: Options): Promise<BenchData> {
  const folder = options.data ?? findFashionMnist() ?? (await draw(options));
  const { dataset } = await loadDataset({ data: folder, signal: options.signal });
  const { height, width, channels } = dataset.image;
  if (height !== 28 || width !== 28 || channels !== 1 || dataset.classes.length !== 10) {
    throw new UsageError(
      `--data ${folder}: the figures are for grey images of 28×28 pixels in 10 classes, ` +
        `these are ${height}×${width}×${channels} in ${dataset.classes.length}`,
    );
  }
  const bytes = path.join(options.temporary, 'bytes');
  await mkdir(bytes);
  await writeFile(path.join(bytes, 'pixels.bin'), dataset.train.pixels);
  await writeFile(path.join(bytes, 'labels.bin'), dataset.train.labels);
  const { name, synthetic } = dataset;
  return { name, synthetic, images: dataset.train.labels.length, folder, bytes };
}

function findFashionMnist(): string | undefined {
  const tests = process.env['FOLDWISE_TEST_DATA'] ?? BESIDE;
  const places = [path.join(tests, 'fashion-mnist'), fetchedFolder('fashion-mnist')];
  return places.find((place) => existsSync(path.join(place, 'train-images-idx3-ubyte.gz')));
}

async function draw({ temporary, signal, say }: Options): Promise<string> {
  say(`no Fashion-MNIST here (--data): drawing ${TRAIN_COUNT + TEST_COUNT} pictures instead`);
  const folder = path.join(temporary, 'synthetic');
  await mkdir(folder);
  const counts = { trainCount: TRAIN_COUNT, testCount: TEST_COUNT, transferCount: 0 };
  await writeSynthetic(folder, { seed: 0, ...counts, hasCsv: false, signal });
  return folder;
}
