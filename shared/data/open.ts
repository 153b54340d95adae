import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../cache-folder.ts';
import { DataError, UsageError } from '../errors.ts';
import type { Coverage } from '../transfer.ts';
import { DATASET_NAMES, EMBEDDED_NAME, knownByDigest, PUBLISHED_DATASETS } from './catalogue.ts';
import type { PublishedDataset } from './catalogue.ts';
import { readCsvFolder } from './csv.ts';
import { datasetInfo } from './digest.ts';
import { errorCode, fileProblem } from './file-problem.ts';
import type { FolderData } from './folder-data.ts';
import { FOLDER_HINT, kindTitle, recogniseFolder } from './folder-kind.ts';
import type { FolderKind } from './folder-kind.ts';
import { readIdxFolder } from './idx.ts';
import { isMarkedSynthetic } from './synthetic-marker.ts';
import { syntheticDataset } from './synthetic.ts';

export interface OpenOptions {
  /** `--data`: a known name or a folder. */
  readonly data: string;
  /** `--image-size`, in pixels; only a folder of pictures takes it. */
  readonly imageSize?: number | undefined;
  /** `--label-map`, a file; only a folder of pictures has a use for it. */
  readonly labelMap?: string | undefined;
  /** Where fetched datasets lie; default the user's cache. */
  readonly cacheDir?: string | undefined;
  /** Told now and then how many pictures of a folder are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Data as they are, before anything is held out or left out. */
export interface OpenedData extends FolderData {
  readonly name: string;
  readonly synthetic: boolean;
  readonly kind: 'embedded' | FolderKind;
  /** Where the files lie; the embedded data have none. */
  readonly folder?: string;
  /** What became of each row of `styles.csv`, for a folder of pictures. */
  readonly coverage?: Coverage;
}

/** The folder in the cache that `foldwise data fetch` fills. */
export const fetchedFolder = (name: string, cacheDir: string = cacheFolder()): string =>
  path.join(cacheDir, 'fetched', name);

/** Whether all files of a published dataset lie in the cache; what they hold is not looked at. */
export function isFetched({ name, files }: PublishedDataset, cacheDir?: string): boolean {
  const folder = fetchedFolder(name, cacheDir);
  return files.every((file) => existsSync(path.join(folder, file.name)));
}

/** Whether there is anything here that `--data` could mean, well or damaged. */
export function isDataHere(data: string, cacheDir?: string): boolean {
  const published = PUBLISHED_DATASETS.find(({ name }) => name === data);
  if (published !== undefined && isFetched(published, cacheDir)) return true;
  return data === EMBEDDED_NAME || existsSync(data);
}

/**
 * Opens what `--data` names. A known name wins over a folder of that name, which `./name` still
 * reaches; a dataset that can be fetched is sought in the cache, and then as a folder.
 *
 * @throws DataError where there is no such dataset, or it cannot be read as one
 * @throws UsageError for settings that data of its kind do not have
 */
export async function openData(options: OpenOptions): Promise<OpenedData> {
  const { data } = options;
  if (data === EMBEDDED_NAME) {
    refuseImageSize(options, 'the embedded data are of 28×28 pixels');
    return { ...syntheticDataset(), kind: 'embedded' };
  }
  const published = PUBLISHED_DATASETS.find(({ name }) => name === data);
  return published === undefined ? openFolder(data, options) : openPublished(published, options);
}

async function openPublished(
  published: PublishedDataset,
  options: OpenOptions,
): Promise<OpenedData> {
  const { name, digest } = published;
  const { cacheDir } = options;
  const folder = fetchedFolder(name, cacheDir);
  if (!isFetched(published, cacheDir)) {
    if (existsSync(name)) return openFolder(name, options);
    throw new DataError(
      `--data ${name} has not been fetched (expected in ${folder}): run ` +
        `"foldwise data fetch ${name}", or name a folder that holds it`,
    );
  }
  const opened = await openFolder(folder, options);
  if (opened.test !== undefined && infoOf(opened).digest === digest) return opened;
  throw new DataError(
    `${folder} does not hold ${name} any more: run "foldwise data fetch ${name}" to mend it`,
  );
}

async function openFolder(folder: string, options: OpenOptions): Promise<OpenedData> {
  await checkFolder(folder);
  const kind = await recogniseFolder(folder);
  if (kind !== 'images') refuseImageSize(options, `${folder} holds ${kindTitle(kind)}`);
  const synthetic = await isMarkedSynthetic(folder);
  const resolved = path.resolve(folder);
  const name = path.basename(resolved) || resolved;
  const opened = { name, synthetic, kind, folder, ...(await readFolder(folder, kind, options)) };
  const known = opened.test && knownByDigest(infoOf(opened).digest);
  return known ? { ...opened, ...known } : opened;
}

type Content = FolderData & Pick<OpenedData, 'coverage'>;

async function readFolder(
  folder: string,
  kind: FolderKind,
  { imageSize, labelMap, onProgress, signal }: OpenOptions,
): Promise<Content> {
  if (kind === 'idx') return readIdxFolder(folder);
  if (kind === 'csv') return readCsvFolder(folder);
  // Only here, because the library that decodes pictures is slow to load.
  const { readImageFolder } = await import('./products/image-folder.ts');
  const { classes, image, images, coverage } = await readImageFolder(folder, {
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(labelMap === undefined ? {} : { labelMap }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { classes, image, train: images, coverage };
}

/** Of the data with their own test part. */
function infoOf(opened: OpenedData): ReturnType<typeof datasetInfo> {
  const { name, synthetic, classes, image, train, test = train } = opened;
  return datasetInfo({ name, synthetic, classes, image, train, test });
}

function refuseImageSize({ imageSize }: OpenOptions, reason: string): void {
  if (imageSize === undefined) return;
  throw new UsageError(
    `--image-size ${imageSize} is for a folder of pictures with styles.csv, but ${reason}: ` +
      'leave it out',
  );
}

async function checkFolder(data: string): Promise<void> {
  const found = await stat(data).catch((thrown: unknown) => {
    throw errorCode(thrown) === 'ENOENT' ? unknownData(data) : fileProblem(thrown, data);
  });
  if (found.isDirectory()) return;
  throw new DataError(`--data ${data} is not a folder: ${FOLDER_HINT}`);
}

/** What nobody takes for the name of a dataset. */
const PATH_LIKE = /[/\\]|^\.|^~/;

function unknownData(data: string): DataError {
  return new DataError(
    PATH_LIKE.test(data)
      ? `--data ${data} does not exist. docs/data.md tells which folders hold data`
      : `--data "${data}" is neither a known dataset (${DATASET_NAMES.join(', ')}) nor a folder ` +
          `that exists: ${FOLDER_HINT}`,
  );
}
