import type { Preprocessing } from '../../domain.ts';
import { DataError } from '../../errors.ts';
import { decodePicture } from './decode-picture.ts';
import { indexImages } from './image-index.ts';
import type { ImageFile, ImageIndex } from './image-index.ts';
import { inParallel } from './in-parallel.ts';
import type { LabelMap } from './label-map.ts';
import { labelledImages, makeImages } from './labelled-images.ts';
import type { ProductRow, Products } from './labelled-images.ts';
import { PictureError } from './picture.ts';
import type { Size } from './picture.ts';
import { readStyles } from './styles-table.ts';
import type { Product } from './styles-table.ts';

export interface ProductsOptions {
  /** Holds `styles.csv` and `images/<id>.jpg`. */
  readonly folder: string;
  readonly labelMap: LabelMap;
  /** The ways to make each picture into an image. */
  readonly ways: readonly Preprocessing[];
  readonly image: Size;
  /** Told now and then how many of the pictures are done. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** As many as Node reads and decodes at once; a picture of 50 million pixels takes 150 MB. */
const AT_ONCE = 4;
const PROGRESS_EVERY = 100;

/** What Node and the network's buffers take. */
const MOST_BYTES = 2 ** 31;

/** A file name without folders, hidden files, or characters that need care in a terminal. */
const USABLE_ID = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,127}$/u;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Reads a folder of product photographs, in the order of its table. A picture that cannot be used
 * is counted with its reason; the others are read all the same.
 *
 * @throws DataError where the folder, its table or `images/` is not what it should be, or no
 *   picture at all can be used
 */
export async function readProducts(options: ProductsOptions): Promise<Products> {
  const { folder, labelMap, ways, image, signal, onProgress } = options;
  const products = await readStyles(folder);
  const index = await indexImages(folder);
  const outcomes = products.map((product) => sorted(product, labelMap, index));
  const readable = outcomes.filter((outcome) => outcome.kind === 'readable');
  checkMemory(readable.length * ways.length, image);
  let done = 0;
  const read = new Map<Readable, ProductRow['outcome']>();
  await inParallel(readable, AT_ONCE, async (one) => {
    signal?.throwIfAborted();
    read.set(one, await readOne(one, options));
    done++;
    if (done % PROGRESS_EVERY === 0 || done === readable.length)
      onProgress?.(done, readable.length);
  });
  const rows = products.map((product, row): ProductRow => {
    const outcome = outcomes[row] ?? MISSING;
    return {
      ...product,
      outcome: outcome.kind === 'readable' ? (read.get(outcome) ?? MISSING) : outcome,
    };
  });
  return labelledImages(rows, ways, folder);
}

interface Readable {
  readonly kind: 'readable';
  readonly label: number;
  readonly image: ImageFile;
}

const MISSING = { kind: 'missing' } as const;

/** What can be said of a product before its picture is opened. */
function sorted(
  { id, articleType }: Product,
  { labelOf }: LabelMap,
  index: ImageIndex,
): Exclude<ProductRow['outcome'], { kind: 'mapped' }> | Readable {
  const label = labelOf.get(articleType);
  const isUsable = USABLE_ID.test(id);
  const image = isUsable ? index.get(id) : undefined;
  if (label === undefined) return { kind: 'unmapped', hasImage: image !== undefined };
  if (!isUsable) {
    const file = `images/${id.replaceAll(UNPRINTABLE, '\u{fffd}').slice(0, 128)}`;
    return { kind: 'unreadable', file, reason: 'unusable id' };
  }
  if (image === undefined) return MISSING;
  if (image.problem === undefined) return { kind: 'readable', label, image };
  return { kind: 'unreadable', file: image.file, reason: image.problem };
}

async function readOne(
  { label, image }: Readable,
  { ways, image: size }: ProductsOptions,
): Promise<ProductRow['outcome']> {
  try {
    const picture = await decodePicture(image.path);
    return { kind: 'mapped', label, images: await makeImages(picture, ways, size) };
  } catch (error) {
    if (!(error instanceof PictureError)) throw error;
    // Gone since the folder was listed.
    if (error.reason === 'does not exist') return MISSING;
    return { kind: 'unreadable', file: image.file, reason: error.reason };
  }
}

function checkMemory(count: number, { height, width }: Size): void {
  const sizeBytes = count * height * width;
  if (sizeBytes <= MOST_BYTES) return;
  throw new DataError(
    `${count} images of ${height}×${width} pixels take ${Math.ceil(sizeBytes / 2 ** 30)} GiB, ` +
      `expected at most ${MOST_BYTES / 2 ** 30}: use a smaller --image-size or fewer pictures`,
  );
}
