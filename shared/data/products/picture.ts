/** A photograph in memory, and why there is none. Pure. */
import type { ImageShape } from '../../domain.ts';

/** Of an image for the network. */
export type Size = Pick<ImageShape, 'height' | 'width'>;

/** `pixels` is [height, width, 3]: red, green and blue of sRGB, 0–255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Why a file gave no picture, in words to be counted: no path, no position. */
export type PictureProblem =
  | 'does not exist'
  | 'empty file'
  | 'not an image'
  | 'truncated'
  | 'damaged'
  | 'too large'
  | 'a folder'
  | 'not a regular file'
  | 'link that leaves the folder'
  | 'permission denied'
  | 'cannot be read'
  | 'unusable id';

/** One picture is unusable; those around it are not. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
  readonly reason: PictureProblem;

  constructor(reason: PictureProblem, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
