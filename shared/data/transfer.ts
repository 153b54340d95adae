import path from 'node:path';
import type { DatasetPart, ImageShape, TransferInfo } from '../domain.ts';
import { UsageError } from '../errors.ts';
import type { TransferSet } from '../transfer.ts';
import { EMBEDDED_NAME } from './catalogue.ts';
import { partInfo } from './digest.ts';
import { inParallel } from './products/in-parallel.ts';
import { labelsFor, readLabelMap } from './products/label-map.ts';
import type { LabelMap } from './products/label-map.ts';
import { labelledImages, makeImages } from './products/labelled-images.ts';
import type { ProductRow, Products } from './products/labelled-images.ts';
import { readProducts } from './products/read-products.ts';
import type { ProductsOptions } from './products/read-products.ts';
import { isMarkedSynthetic } from './synthetic-marker.ts';
import { syntheticTransfer, TRANSFER_COUNT } from './synthetic-transfer.ts';

export interface TransferOptions extends Pick<ProductsOptions, 'onProgress' | 'signal'> {
  /** `--transfer`: a folder, or "synthetic", which `./synthetic` is not. */
  readonly transfer: string;
  /** Of the training data. */
  readonly classes: readonly string[];
  /** Of the training data; grey. */
  readonly image: ImageShape;
  /** `--label-map`; default the paper's table. */
  readonly labelMap?: string;
}

const WAYS = ['paper', 'fit'] as const;
const PROGRESS_EVERY = 100;
const AT_ONCE = 4;

/**
 * Loads the pictures of the transfer evaluation: labelled with the classes of the training data,
 * in both ways of making images, in the order of their table.
 *
 * @throws UsageError where the training images are not grey or the table has other classes than
 *   the training data; DataError where the pictures cannot be read
 */
export async function loadTransfer(options: TransferOptions): Promise<TransferSet> {
  const { transfer, classes, image } = options;
  if (image.channels !== 1) {
    throw new UsageError(
      `--transfer makes grey images, but the training images have ${image.channels} channels: ` +
        'use --transfer none',
    );
  }
  const labelMap = labelsFor(await readLabelMap(options.labelMap), classes);
  if (transfer === EMBEDDED_NAME) {
    const drawn = await drawProducts(labelMap, options);
    return { name: EMBEDDED_NAME, synthetic: true, ...parts(drawn) };
  }
  const folder = path.resolve(transfer);
  const read = await readProducts({ ...options, folder: transfer, labelMap, ways: WAYS });
  const synthetic = await isMarkedSynthetic(transfer);
  return { name: path.basename(folder) || folder, synthetic, ...parts(read) };
}

/** What identifies the images of a transfer evaluation without holding them. */
export function transferInfo(set: TransferSet): TransferInfo {
  return {
    name: set.name,
    synthetic: set.synthetic,
    paper: partInfo(set.paper),
    fit: partInfo(set.fit),
  };
}

function parts({ labels, pixels, sources, coverage }: Products) {
  const part = (way: 'paper' | 'fit'): DatasetPart => ({
    labels,
    pixels: pixels[way] ?? new Uint8Array(),
  });
  return { paper: part('paper'), fit: part('fit'), sources, coverage };
}

async function drawProducts(
  { labelOf }: LabelMap,
  { image, onProgress, signal }: TransferOptions,
): Promise<Products> {
  const rows: ProductRow[] = [];
  let done = 0;
  await inParallel(syntheticTransfer(), AT_ONCE, async ({ id, articleType, picture }, index) => {
    signal?.throwIfAborted();
    const label = labelOf.get(articleType);
    rows[index] = {
      ...{ id, articleType },
      outcome:
        label === undefined
          ? { kind: 'unmapped', hasImage: true }
          : { kind: 'mapped', label, images: await makeImages(picture, WAYS, image) },
    };
    done += 1;
    if (done % PROGRESS_EVERY === 0) onProgress?.(done, TRANSFER_COUNT);
  });
  return labelledImages(rows, WAYS, 'the synthetic transfer set');
}
