import type { Dataset, DatasetInfo, DatasetPart, HoldOut } from '../domain.ts';
import { findTwins, stratifiedHoldOut } from '../hold-out.ts';
import { complement } from '../folds.ts';
import { stratifiedSubset } from '../subset.ts';
import { datasetInfo } from './digest.ts';
import { openData } from './open.ts';
import type { OpenedData, OpenOptions } from './open.ts';
import { imageSizeBytes } from './part-file.ts';

export interface LoadOptions extends OpenOptions {
  /** `--limit`: at most so many images of each part, the mix of classes kept. */
  readonly limit?: number | undefined;
  /** `--test-fraction`: share of the images that is held out where there is no test part. */
  readonly testFraction?: number | undefined;
  /** Decides which images are held out. */
  readonly seed?: number | undefined;
}

export interface LoadedDataset extends Pick<OpenedData, 'kind' | 'folder' | 'coverage'> {
  readonly dataset: Dataset;
  /** Of the dataset as loaded: after the hold-out and the limit. */
  readonly info: DatasetInfo;
}

/**
 * Loads what `--data` names. Where there is no test part, one is held out first; then a limit
 * applies to each part.
 *
 * @throws DataError where there is no such dataset, or it cannot be read as one
 * @throws UsageError for a limit that is no integer of at least 1, a share that leaves either part
 *   without images, or settings that data of its kind do not have
 */
export async function loadDataset(options: LoadOptions): Promise<LoadedDataset> {
  return divideData(await openData(options), options);
}

/** The second half of {@link loadDataset}, for data that are in memory already. */
export function divideData(
  opened: OpenedData,
  { limit, testFraction = 1 / 7, seed = 0 }: Omit<LoadOptions, keyof OpenOptions>,
): LoadedDataset {
  const { kind, folder, coverage } = opened;
  const whole = withTest(opened, { fraction: testFraction, seed });
  return {
    ...limited(whole, limit),
    kind,
    ...(folder === undefined ? {} : { folder }),
    ...(coverage === undefined ? {} : { coverage }),
  };
}

function withTest(opened: OpenedData, holdOut: HoldOut): Dataset {
  const { name, synthetic, classes, image, train, test } = opened;
  const known = { name, synthetic, classes, image };
  if (test !== undefined) return { ...known, train, test };
  const imageBytes = imageSizeBytes(image);
  const { labels, pixels } = train;
  const hasTwin = findTwins(pixels, imageBytes);
  const held = stratifiedHoldOut({ labels, hasTwin, ...holdOut });
  return {
    ...known,
    train: chosen(train, complement(held, labels.length), imageBytes),
    test: chosen(train, held, imageBytes),
    holdOut,
  };
}

function limited(
  whole: Dataset,
  limit: number | undefined,
): Pick<LoadedDataset, 'dataset' | 'info'> {
  if (limit === undefined) return { dataset: whole, info: datasetInfo(whole) };
  const keep = (part: 'train' | 'test'): DatasetPart => {
    const indices = stratifiedSubset(whole[part].labels, limit, part);
    return chosen(whole[part], indices, imageSizeBytes(whole.image));
  };
  const dataset = { ...whole, train: keep('train'), test: keep('test') };
  const isWhole = dataset.train === whole.train && dataset.test === whole.test;
  return { dataset, info: isWhole ? datasetInfo(whole) : datasetInfo(dataset, limit) };
}

/** The chosen images in the order of the indices; the part itself where all are chosen. */
function chosen(part: DatasetPart, indices: Int32Array, imageBytes: number): DatasetPart {
  if (indices.length === part.labels.length) return part;
  const labels = new Uint8Array(indices.length);
  const pixels = new Uint8Array(indices.length * imageBytes);
  indices.forEach((index, place) => {
    labels[place] = part.labels[index] ?? 0;
    pixels.set(
      part.pixels.subarray(index * imageBytes, (index + 1) * imageBytes),
      place * imageBytes,
    );
  });
  return { labels, pixels };
}
