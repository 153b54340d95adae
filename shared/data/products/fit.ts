import { imageLibrary } from './image-library.ts';
import type { Picture } from './picture.ts';
import type { Size } from './prepare.ts';

/**
 * Makes a picture as Fashion-MNIST's own images were made.
 *
 * @returns grey pixels, [height, width], 0–255, bright garment on black
 */
export async function fit(picture: Picture, size: Size): Promise<Uint8Array> {
  const { width, height, pixels } = picture;
  const library = await imageLibrary();
  return library(pixels, { raw: { width, height, channels: 3 } })
    .greyscale()
    .resize(size.width, size.height, { fit: 'contain', background: '#ffffff' })
    .negate()
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
