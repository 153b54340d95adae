import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSynced } from '../durable-files.ts';
import { imageLibrary } from './products/image-library.ts';
import type { Picture } from './products/picture.ts';
import { syntheticTransfer } from './synthetic-transfer.ts';
import { hasCommas, STYLES_COLUMNS, stylesRow } from './synthetic/transfer/styles-row.ts';

/**
 * What is wrong with the picture of each product that follows the good ones: so that every way of
 * dealing with a folder of pictures can be tried.
 */
const FAULTS = ['none', 'truncated', 'none', 'empty', 'none', 'truncated', 'none', 'none'] as const;
type Fault = (typeof FAULTS)[number];

export interface WrittenProducts {
  /** Rows of styles.csv. */
  readonly rows: number;
  readonly pictures: number;
  readonly withoutPicture: number;
  /** Pictures that are cut short or empty; part of `pictures`. */
  readonly broken: number;
  /** Rows with unquoted commas in the last column. */
  readonly withCommas: number;
}

export interface WriteProductsOptions {
  readonly seed: number;
  /** Products with a good picture; eight more have none, or a broken one. */
  readonly count: number;
  /** Called before each product; throws to end the work. */
  readonly onProduct: () => Promise<void> | undefined;
}

/**
 * Draws products and writes them as Kaggle's Fashion Product Images (Small) come: `styles.csv` and
 * `images/<id>.jpg`.
 */
export async function writeProducts(
  folder: string,
  { seed, count, onProduct }: WriteProductsOptions,
): Promise<WrittenProducts> {
  await mkdir(path.join(folder, 'images'), { recursive: true });
  const rows: string[] = [];
  let withCommas = 0;
  for (const product of syntheticTransfer({ seed, count: count + FAULTS.length })) {
    await onProduct();
    const fault = FAULTS[rows.length - count];
    rows.push(stylesRow(product, seed));
    if (hasCommas(product.id)) withCommas++;
    if (fault === 'none') continue;
    const bytes = broken(await encodeJpeg(product.picture), fault);
    await writeFile(path.join(folder, 'images', `${product.id}.jpg`), bytes);
  }
  const table = [STYLES_COLUMNS.join(','), ...rows, ''].join('\n');
  await writeSynced(path.join(folder, 'styles.csv'), Buffer.from(table));
  const withoutPicture = FAULTS.filter((fault) => fault === 'none').length;
  return {
    rows: rows.length,
    pictures: rows.length - withoutPicture,
    withoutPicture,
    broken: FAULTS.length - withoutPicture,
    withCommas,
  };
}

async function encodeJpeg({ width, height, pixels }: Picture): Promise<Uint8Array> {
  const library = await imageLibrary();
  return library(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

function broken(bytes: Uint8Array, fault: Fault | undefined): Uint8Array {
  if (fault === 'empty') return new Uint8Array();
  return fault === 'truncated' ? bytes.subarray(0, Math.floor(bytes.length * 0.6)) : bytes;
}
