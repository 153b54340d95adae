import type { DatasetPart, ImageShape } from '../../domain.ts';
import type { Coverage } from '../../transfer.ts';
import type { ProductsOptions } from './read-products.ts';

export interface ImageFolderOptions extends Pick<ProductsOptions, 'onProgress' | 'signal'> {
  /** Side of the images in pixels (`--image-size`); default 28. */
  readonly imageSize?: number;
  /** `--label-map`; default the paper's table. */
  readonly labelMap?: string;
}

export interface ImageFolder {
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly images: DatasetPart;
  readonly coverage: Coverage;
}

/** Reads a folder of product photographs to train on, made by `fit`. */
export function readImageFolder(
  _folder: string,
  _options: ImageFolderOptions = {},
): Promise<ImageFolder> {
  return Promise.reject(new Error('to come'));
}
