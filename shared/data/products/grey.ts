import type { Picture } from './picture.ts';

/**
 * Luma of ITU-R BT.601, as Pillow's "L" and torchvision make grey: 0.299 R + 0.587 G + 0.114 B,
 * halves rounded up. Pure.
 *
 * @returns [height, width], 0–255
 */
export function toGrey({ pixels }: Picture): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let index = 0, at = 0; index < grey.length; index++, at += 3) {
    const red = pixels[at] ?? 0;
    const green = pixels[at + 1] ?? 0;
    const blue = pixels[at + 2] ?? 0;
    grey[index] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000);
  }
  return grey;
}

/** Dark becomes bright and bright dark, in place. */
export function inverted(grey: Uint8Array): Uint8Array {
  for (let index = 0; index < grey.length; index++) grey[index] = 255 - (grey[index] ?? 0);
  return grey;
}
