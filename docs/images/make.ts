/** Draws the pictures of docs/synthetic.md anew: npx tsx docs/images/make.ts */
import path from 'node:path';
import sharp from 'sharp';
import type { OverlayOptions } from 'sharp';
import { FASHION_CLASSES } from '../../shared/data/classes.ts';
import { readLabelMap } from '../../shared/data/products/label-map.ts';
import type { Picture } from '../../shared/data/products/picture.ts';
import { syntheticTransfer } from '../../shared/data/synthetic-transfer.ts';
import { syntheticDataset } from '../../shared/data/synthetic.ts';

const COLUMNS = 9;
const GAP = 4;

/** A row for each class, in their order. */
type Rows = readonly (readonly Picture[])[];

await save('synthetic.png', drawnImages(), { width: 56, height: 56 });
await save('synthetic-transfer.png', await drawnProducts(), { width: 60, height: 80 });

function drawnImages(): Rows {
  const { train, image } = syntheticDataset();
  const { width, height } = image;
  const size = width * height;
  const picture = (index: number): Picture => {
    const grey = train.pixels.subarray(index * size, (index + 1) * size);
    const pixels = Uint8Array.from({ length: 3 * size }, (_, at) => grey[Math.floor(at / 3)] ?? 0);
    return { width, height, pixels };
  };
  const indices = [...train.labels.keys()];
  return FASHION_CLASSES.map((_, label) =>
    indices
      .filter((index) => train.labels[index] === label)
      .slice(0, COLUMNS)
      .map(picture),
  );
}

async function drawnProducts(): Promise<Rows> {
  const { labelOf } = await readLabelMap();
  const products = [...syntheticTransfer()];
  return FASHION_CLASSES.map((_, label) =>
    products
      .filter(({ articleType }) => labelOf.get(articleType) === label)
      .slice(0, COLUMNS)
      .map(({ picture }) => picture),
  );
}

async function save(
  name: string,
  rows: Rows,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const tiles = rows.flatMap((row, down) =>
    row.map(async (picture, across): Promise<OverlayOptions> => {
      const raw = { width: picture.width, height: picture.height, channels: 3 as const };
      return {
        input: await sharp(picture.pixels, { raw })
          .resize(width, height, { kernel: 'nearest' })
          .png()
          .toBuffer(),
        left: across * (width + GAP) + GAP / 2,
        top: down * (height + GAP) + GAP / 2,
      };
    }),
  );
  const canvas = {
    width: COLUMNS * (width + GAP),
    height: rows.length * (height + GAP),
    channels: 3 as const,
    background: '#404040',
  };
  await sharp({ create: canvas })
    .composite(await Promise.all(tiles))
    .png({ palette: true, colours: 64, dither: 0, effort: 10 })
    .toFile(path.join(import.meta.dirname, name));
}
