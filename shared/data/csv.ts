import path from 'node:path';
import { DataError } from '../errors.ts';
import { lineOfImage, readCsvFile } from './csv-file.ts';
import type { CsvImages } from './csv-file.ts';
import { checkSameSize, checkTestLabels, classNames } from './folder-data.ts';
import type { FolderData, LabelFile } from './folder-data.ts';
import { listFolder } from './list-folder.ts';

const PARTS = { train: '_train.csv', test: '_test.csv' } as const;

/** What a folder of this kind holds, for messages. */
export const CSV_HINT = '*_train.csv and, where there is a test part, *_test.csv';

/** Whether a file belongs to a folder of CSV files, from its name. */
export const isCsvName = (name: string): boolean =>
  Object.values(PARTS).some((ending) => isPart(name, ending));

// Names that begin with a dot are leavings of editors and of other systems' file managers.
const isPart = (name: string, ending: string): boolean =>
  name.endsWith(ending) && !name.startsWith('.');

/**
 * Reads the CSV files of a folder, in the form of Kaggle's Fashion-MNIST: one for training and, if
 * it is there, one for the test. CSV holds no class names: labels up to 9 get those of
 * Fashion-MNIST, others their number.
 *
 * @throws DataError with one sentence on the first thing that is wrong
 */
export async function readCsvFolder(folder: string): Promise<FolderData> {
  const names = await listFolder(folder);
  const trainPath = onlyPart(folder, names, 'train');
  const testPath = onlyPart(folder, names, 'test');
  if (trainPath === undefined) {
    throw new DataError(`${folder} lacks *${PARTS.train}: a folder of CSV files holds ${CSV_HINT}`);
  }
  const train = await readCsvFile(trainPath);
  const { height, width, labels, pixels } = train;
  const data = {
    classes: classNames(labelFile(train, trainPath)),
    image: { height, width, channels: 1 },
    train: { labels, pixels },
  };
  if (testPath === undefined) return data;
  const test = await readCsvFile(testPath);
  checkSameSize(test, train, testPath);
  checkTestLabels(labelFile(test, testPath), labelFile(train, trainPath));
  return { ...data, test: { labels: test.labels, pixels: test.pixels } };
}

function onlyPart(
  folder: string,
  names: readonly string[],
  part: keyof typeof PARTS,
): string | undefined {
  const found = names.filter((name) => isPart(name, PARTS[part]));
  const [only, ...others] = found;
  if (only === undefined) return undefined;
  if (others.length === 0) return path.join(folder, only);
  throw new DataError(
    `${folder} holds ${found.length} files *${PARTS[part]} (${found.join(', ')}): expected one; ` +
      'move the others elsewhere',
  );
}

const labelFile = ({ labels }: CsvImages, file: string): LabelFile => ({
  labels,
  file,
  place: (image) => `line ${lineOfImage(image)}`,
});
