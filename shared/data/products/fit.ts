import { findGarment } from './find-garment.ts';
import { inverted, toGrey } from './grey.ts';
import { imageLibrary } from './image-library.ts';
import type { Picture, Size } from './picture.ts';

/**
 * What leans further to the right is mirrored. Of Fashion-MNIST's 60,000 training images 0.2 % do,
 * and 19 % lean as far to the left: shoes, whose toe it shows at the lower left.
 */
const MIRRORED_FROM = 0.25;

/**
 * Makes a picture much as Fashion-MNIST's own images were made (H. Xiao, K. Rasul, R. Vollgraf,
 * "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms",
 * arXiv:1708.07747, figure 1): cropped to the garment, inverted, grey, the longest edge scaled to
 * the size, aspect kept, centred on black. What leans to the right is mirrored, because what it is
 * compared with leans to the left. docs/transfer.md has the choices and what each is worth.
 *
 * @returns grey pixels, [height, width], 0–255, the garment bright on black
 */
export async function fit(picture: Picture, size: Size): Promise<Uint8Array> {
  const { box, lean } = findGarment(picture);
  const scale = Math.min(size.width / box.width, size.height / box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  const left = Math.floor((size.width - width) / 2);
  const top = Math.floor((size.height - height) / 2);
  const raw = { width: picture.width, height: picture.height, channels: 1 } as const;
  const library = await imageLibrary();
  return library(inverted(toGrey(picture)), { raw })
    .extract(box)
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .flop(lean > MIRRORED_FROM)
    .extend({
      left,
      right: size.width - width - left,
      top,
      bottom: size.height - height - top,
      background: '#000000',
    })
    .toColourspace('b-w')
    .raw({ depth: 'uchar' })
    .toBuffer();
}
