import { createHash } from 'node:crypto';
import { asDigest } from '../domain.ts';
import type { Dataset, DatasetInfo, DatasetPart, Digest, PartInfo } from '../domain.ts';

/** SHA-256 of bytes, given in one piece or several. */
export function sha256(...pieces: readonly (Uint8Array | string)[]): Digest {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return asDigest(hash.digest('hex'));
}

/** SHA-256 over the labels, then the pixels: of the part's file, that is (part-file.ts). */
export const partDigest = (part: DatasetPart): Digest => sha256(part.labels, part.pixels);

/** SHA-256 over the sorted SHA-256 of each image, label first: the same in whatever order they lie. */
export function contentDigest({ labels, pixels }: DatasetPart, imageBytes: number): Digest {
  const images = Array.from(labels, (label, image) =>
    sha256(Uint8Array.of(label), pixels.subarray(image * imageBytes, (image + 1) * imageBytes)),
  );
  return sha256(...images.sort());
}

/**
 * What identifies a dataset without holding it.
 *
 * The dataset's digest is the SHA-256 of {@link canonicalText}. Its name is left out: the same
 * images in another folder are the same data.
 *
 * @param limit - the `--limit` that made the dataset smaller; only recorded, the parts are as given
 */
export function datasetInfo(dataset: Dataset, limit?: number): DatasetInfo {
  const { name, synthetic, classes, image, holdOut } = dataset;
  const train = partInfo(dataset.train);
  const test = partInfo(dataset.test);
  const digest = sha256(canonicalText({ classes, image, train, test }));
  return {
    ...{ name, synthetic, classes, image, train, test, digest },
    ...(limit === undefined ? {} : { limit }),
    ...(holdOut === undefined ? {} : { holdOut }),
  };
}

/** What identifies a part without holding it. */
export const partInfo = (part: DatasetPart): PartInfo => ({
  count: part.labels.length,
  digest: partDigest(part),
});

/**
 * What a dataset's digest is taken over, in UTF-8: lines that each end in a line feed, class names
 * as JSON strings. docs/data.md shows one.
 */
export function canonicalText(
  info: Pick<DatasetInfo, 'classes' | 'image' | 'train' | 'test'>,
): string {
  const { classes, image, train, test } = info;
  return [
    'foldwise dataset 1',
    `image ${image.height} ${image.width} ${image.channels}`,
    ...classes.map((name) => `class ${JSON.stringify(name)}`),
    `train ${train.count} ${train.digest}`,
    `test ${test.count} ${test.digest}`,
    '',
  ].join('\n');
}
