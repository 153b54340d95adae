import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Dataset, DatasetInfo, DatasetPart } from '../domain.ts';
import { DataError } from '../errors.ts';
import { stratifiedSubset } from '../subset.ts';
import { NAMED_DATASETS, publishedName } from './catalogue.ts';
import { datasetInfo } from './digest.ts';
import { errorCode, fileProblem } from './file-problem.ts';
import { IDX_FOLDER_HINT, readIdxFolder } from './idx.ts';
import { imageSizeBytes } from './part-file.ts';

export interface LoadOptions {
  /** `--data`: a known name or a folder. */
  readonly data: string;
  /** `--limit`: at most so many images of each part, the mix of classes kept. */
  readonly limit?: number;
}

export interface LoadedDataset {
  readonly dataset: Dataset;
  /** Of the dataset as loaded, after the limit. */
  readonly info: DatasetInfo;
}

/**
 * Loads what `--data` and `--limit` name. A known name wins over a folder of that name, which
 * `./name` still reaches.
 *
 * @throws DataError where there is no such dataset, or it cannot be read as one
 * @throws UsageError for a limit that is no integer of at least 1
 */
export async function loadDataset({ data, limit }: LoadOptions): Promise<LoadedDataset> {
  const whole = await open(data);
  if (limit === undefined) return { dataset: whole, info: datasetInfo(whole) };
  const keep = (part: 'train' | 'test'): DatasetPart => {
    const indices = stratifiedSubset(whole[part].labels, limit, part);
    return limited(whole[part], indices, imageSizeBytes(whole.image));
  };
  const dataset = { ...whole, train: keep('train'), test: keep('test') };
  const isWhole = dataset.train === whole.train && dataset.test === whole.test;
  return { dataset, info: isWhole ? datasetInfo(whole) : datasetInfo(dataset, limit) };
}

async function open(data: string): Promise<Dataset> {
  const named = NAMED_DATASETS.find(({ name }) => name === data);
  if (named !== undefined) return named.open();
  await checkFolder(data);
  const resolved = path.resolve(data);
  const dataset: Dataset = {
    name: path.basename(resolved) || resolved,
    synthetic: false,
    ...(await readIdxFolder(data)),
  };
  return { ...dataset, name: publishedName(datasetInfo(dataset).digest) ?? dataset.name };
}

async function checkFolder(data: string): Promise<void> {
  const found = await stat(data).catch((thrown: unknown) => {
    throw errorCode(thrown) === 'ENOENT' ? unknownData(data) : fileProblem(thrown, data);
  });
  if (found.isDirectory()) return;
  throw new DataError(`--data ${data} is not a folder: ${IDX_FOLDER_HINT}`);
}

function unknownData(data: string): DataError {
  const names = NAMED_DATASETS.map(({ name }) => name).join(', ');
  return new DataError(
    `--data "${data}" is neither a known dataset (${names}) nor a folder that exists: ` +
      IDX_FOLDER_HINT,
  );
}

/** The chosen images in the order of the indices; the part itself where all are chosen. */
function limited(part: DatasetPart, indices: Int32Array, imageBytes: number): DatasetPart {
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
