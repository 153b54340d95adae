import type { DatasetPart, ImageShape } from '../../domain.ts';
import type { Coverage } from '../../transfer.ts';
import { readLabelMap } from './label-map.ts';
import { readProducts } from './read-products.ts';
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

/** Fashion-MNIST's, so that its models and these images go together. */
const IMAGE_SIZE = 28;

/**
 * Reads a folder of product photographs to train on, made by `fit`. A class of the table without
 * a picture stays a class: labels keep their meaning, and nothing is ever of that class.
 *
 * @throws DataError as {@link readLabelMap} and {@link readProducts} do
 */
export async function readImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ImageFolder> {
  const { imageSize = IMAGE_SIZE, labelMap: file, ...others } = options;
  const labelMap = await readLabelMap(file);
  const image = { height: imageSize, width: imageSize, channels: 1 };
  const products = await readProducts({ ...others, folder, labelMap, ways: ['fit'], image });
  const { labels, pixels, coverage } = products;
  return {
    classes: labelMap.classes,
    image,
    images: { labels, pixels: pixels.fit ?? new Uint8Array() },
    coverage,
  };
}
