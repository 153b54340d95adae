import path from 'node:path';
import type { DatasetPart } from '../domain.ts';
import { DataError } from '../errors.ts';
import { checkSameSize, checkTestLabels, classNames } from './folder-data.ts';
import type { FolderData, LabelFile } from './folder-data.ts';
import { readIdxFile } from './idx-file.ts';
import type { IdxFile } from './idx-file.ts';
import { listFolder } from './list-folder.ts';

/** The four files of a dataset, in reading order. */
const FILES = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
} as const;

/** What a folder of this kind holds, for messages. */
export const IDX_HINT = `${Object.values(FILES).join(', ')}, each plain or gzipped (.gz)`;

/** Whether a file belongs to a folder of IDX files, from its name. */
export const isIdxName = (name: string): boolean =>
  Object.values(FILES).some((file) => spellings(file).includes(name));

/**
 * Reads the IDX files of a folder: all four, or the two for training where both others are absent.
 * A plain file is preferred to its .gz, and a name with dashes to one with a dot
 * (`train-images.idx3-ubyte`).
 *
 * IDX holds no class names: labels up to 9 get those of Fashion-MNIST, others their number.
 *
 * @throws DataError with one sentence on the first thing that is wrong
 */
export async function readIdxFolder(folder: string): Promise<FolderData> {
  const paths = await findIdxFiles(folder);
  const train = await readPart(paths.trainImages, paths.trainLabels);
  const { height, width } = train;
  const image = { height, width, channels: 1 };
  if (paths.testImages === undefined || paths.testLabels === undefined) {
    return { classes: classNames(train.labelFile), image, train: train.part };
  }
  const test = await readPart(paths.testImages, paths.testLabels);
  checkSameSize(test, image, paths.testImages);
  const classes = classNames(train.labelFile);
  checkTestLabels(test.labelFile, train.labelFile);
  return { classes, image, train: train.part, test: test.part };
}

interface IdxPart {
  readonly height: number;
  readonly width: number;
  readonly part: DatasetPart;
  readonly labelFile: LabelFile;
}

async function readPart(imagesPath: string, labelsPath: string): Promise<IdxPart> {
  const images = await readIdxFile(imagesPath, 'images');
  const labels = await readIdxFile(labelsPath, 'labels');
  checkCounts(images, labels, labelsPath);
  const { height, width } = images.header;
  return {
    height,
    width,
    part: { labels: labels.body, pixels: images.body },
    labelFile: { labels: labels.body, file: labelsPath, place: (image) => `image ${image}` },
  };
}

interface IdxPaths {
  readonly trainImages: string;
  readonly trainLabels: string;
  readonly testImages?: string;
  readonly testLabels?: string;
}

/** The paths of the files, whose content is not looked at. */
async function findIdxFiles(folder: string): Promise<IdxPaths> {
  const names = new Set(await listFolder(folder));
  const find = (name: string): string | undefined => {
    const found = spellings(name).find((spelling) => names.has(spelling));
    return found === undefined ? undefined : path.join(folder, found);
  };
  const trainImages = find(FILES.trainImages);
  const trainLabels = find(FILES.trainLabels);
  const testImages = find(FILES.testImages);
  const testLabels = find(FILES.testLabels);
  const hasTest = testImages !== undefined && testLabels !== undefined;
  const hasNoTest = testImages === undefined && testLabels === undefined;
  if (trainImages !== undefined && trainLabels !== undefined && (hasTest || hasNoTest)) {
    return { trainImages, trainLabels, ...(hasTest ? { testImages, testLabels } : {}) };
  }
  const missing = Object.values(FILES).filter((name) => find(name) === undefined);
  throw new DataError(
    `${folder} lacks ${missing.join(', ')}: a folder of IDX files holds ${IDX_HINT}; ` +
      'the two of the test part may be absent together',
  );
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
