import type { Preprocessing } from '../../domain.ts';
import { UsageError } from '../../errors.ts';
import { fit } from './fit.ts';
import { inverted, toGrey } from './grey.ts';
import { imageLibrary } from './image-library.ts';
import type { Picture, Size } from './picture.ts';

/** `none`: the picture is already what the network expects, colour apart. */
export type Preparation = Preprocessing | 'none';

/**
 * Makes a picture into an image for the network.
 *
 * `paper`: grey, inverted, stretched to the size whatever its aspect. `fit`: see fit.ts.
 * `none`: grey, nothing else.
 *
 * @returns grey pixels, [height, width], 0–255
 * @throws UsageError for `none` where the picture has another size
 */
export async function prepare(picture: Picture, how: Preparation, size: Size): Promise<Uint8Array> {
  if (how === 'fit') return fit(picture, size);
  if (how === 'paper') return stretched(picture, size);
  if (picture.width === size.width && picture.height === size.height) return toGrey(picture);
  throw new UsageError(
    `--preprocess none expects pictures of ${size.width}×${size.height} pixels, ` +
      `got one of ${picture.width}×${picture.height}: use --preprocess fit or paper`,
  );
}

async function stretched(picture: Picture, size: Size): Promise<Uint8Array> {
  const raw = { width: picture.width, height: picture.height, channels: 1 } as const;
  const library = await imageLibrary();
  return library(inverted(toGrey(picture)), { raw })
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
