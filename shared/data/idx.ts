import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetPart, ImageShape } from '../domain.ts';
import { DataError } from '../errors.ts';
import { FASHION_CLASSES } from './classes.ts';
import { fileProblem } from './file-problem.ts';
import { readIdxFile } from './idx-file.ts';
import type { IdxFile } from './idx-file.ts';

/** The four files of a dataset, in reading order. */
const FILES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

/** Said wherever a folder is not what it should be. */
export const IDX_FOLDER_HINT = `a folder holds ${Object.values(FILES).join(', ')}, each plain or gzipped (.gz)`;

export interface IdxData {
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly train: DatasetPart;
  readonly test: DatasetPart;
}

/**
 * Reads the four IDX files of a folder. A plain file is preferred to its .gz, and a name with
 * dashes to one with a dot (`train-images.idx3-ubyte`).
 *
 * IDX holds no class names: labels up to 9 get those of Fashion-MNIST, others their number.
 *
 * @throws DataError with one sentence on the first thing that is wrong
 */
export async function readIdxFolder(folder: string): Promise<IdxData> {
  const paths = await findIdxFiles(folder);
  const trainImages = await readIdxFile(paths.trainImages, 'images');
  const trainLabels = await readIdxFile(paths.trainLabels, 'labels');
  const testImages = await readIdxFile(paths.testImages, 'images');
  const testLabels = await readIdxFile(paths.testLabels, 'labels');
  checkCounts(trainImages, trainLabels, paths.trainLabels);
  checkCounts(testImages, testLabels, paths.testLabels);
  checkShapes(trainImages, testImages, paths.testImages);
  const classes = classNames(trainLabels.body, paths.trainLabels);
  checkTestLabels(testLabels.body, trainLabels.body, paths);
  const { height, width } = trainImages.header;
  return {
    classes,
    image: { height, width, channels: 1 },
    train: { labels: trainLabels.body, pixels: trainImages.body },
    test: { labels: testLabels.body, pixels: testImages.body },
  };
}

export type IdxPaths = Readonly<Record<keyof typeof FILES, string>>;

/**
 * The paths of the four files, whose content is not looked at.
 *
 * @throws DataError naming those that are missing
 */
export async function findIdxFiles(folder: string): Promise<IdxPaths> {
  const names = new Set(await listFolder(folder));
  const entries = Object.entries(FILES).map(([key, name]) => {
    const found = spellings(name).find((spelling) => names.has(spelling));
    return { key, name, found };
  });
  const missing = entries.filter(({ found }) => found === undefined).map(({ name }) => name);
  if (missing.length > 0) {
    // torchvision keeps the files there.
    const nested = names.has('raw') ? `; try ${path.join(folder, 'raw')}` : '';
    throw new DataError(`${folder} lacks ${missing.join(', ')}: ${IDX_FOLDER_HINT}${nested}`);
  }
  return Object.fromEntries(
    entries.map(({ key, found = '' }) => [key, path.join(folder, found)]),
  ) as IdxPaths;
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    throw fileProblem(thrown, folder);
  }
}

function spellings(name: string): string[] {
  const dotted = name.replace('-idx', '.idx');
  return [name, dotted].flatMap((spelling) => [spelling, `${spelling}.gz`]);
}

function checkCounts(images: IdxFile, labels: IdxFile, labelsPath: string): void {
  if (images.header.count === labels.header.count) return;
  throw new DataError(
    `${labelsPath} holds ${labels.header.count} labels for ${images.header.count} images: ` +
      'expected one label for each image; are the files of one set?',
  );
}

function checkShapes(train: IdxFile, test: IdxFile, testPath: string): void {
  const size = ({ header }: IdxFile): string => `${header.height}×${header.width}`;
  if (size(train) === size(test)) return;
  throw new DataError(
    `${testPath} holds images of ${size(test)}, but those for training are of ${size(train)}: ` +
      'expected one size',
  );
}

function classNames(labels: Uint8Array, file: string): readonly string[] {
  const highest = labels.reduce((high, label) => Math.max(high, label), 0);
  if (highest < FASHION_CLASSES.length) return FASHION_CLASSES;
  checkWithoutGaps(labels, highest, file);
  return Array.from({ length: highest + 1 }, (_, label) => `${label}`);
}

/** One damaged label would otherwise pass for many new classes. Some sets begin at 1. */
function checkWithoutGaps(labels: Uint8Array, highest: number, file: string): void {
  const present = new Set(labels);
  for (let label = 1; label < highest; label++) {
    if (present.has(label)) continue;
    throw new DataError(
      `${file} has label ${highest} (image ${labels.indexOf(highest)}) but no label ${label}: ` +
        'expected class numbers from 0 without gaps; is the file damaged?',
    );
  }
}

function checkTestLabels(labels: Uint8Array, training: Uint8Array, paths: IdxPaths): void {
  const known = new Set(training);
  const image = labels.findIndex((label) => !known.has(label));
  if (image < 0) return;
  throw new DataError(
    `${paths.testLabels} has label ${labels[image] ?? ''} (image ${image}), which no training ` +
      `image has: expected only labels of ${paths.trainLabels}; are the files of one set?`,
  );
}
