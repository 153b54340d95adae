/** What the kinds of folder have in common. Pure. */
import type { DatasetPart, ImageShape } from '../domain.ts';
import { DataError } from '../errors.ts';
import { FASHION_CLASSES } from './classes.ts';

/** What the files of a folder hold. */
export interface FolderData {
  readonly classes: readonly string[];
  readonly image: ImageShape;
  readonly train: DatasetPart;
  /** Absent where there are no files of a test part. */
  readonly test?: DatasetPart;
}

/** The labels of one part, and how to speak of them. */
export interface LabelFile {
  readonly labels: Uint8Array;
  /** Names the file in messages. */
  readonly file: string;
  /** Says where in the file the label of an image stands, "image 3" or "line 5". */
  readonly place: (image: number) => string;
}

/**
 * Names for classes that the files only number: labels up to 9 get those of Fashion-MNIST, others
 * their number.
 *
 * @throws DataError for numbers with a gap
 */
export function classNames(training: LabelFile): readonly string[] {
  const highest = training.labels.reduce((high, label) => Math.max(high, label), 0);
  if (highest < FASHION_CLASSES.length) return FASHION_CLASSES;
  checkWithoutGaps(training, highest);
  return Array.from({ length: highest + 1 }, (_, label) => `${label}`);
}

/** One damaged label would otherwise pass for many new classes. Some sets begin at 1. */
function checkWithoutGaps({ labels, file, place }: LabelFile, highest: number): void {
  const present = new Set(labels);
  for (let label = 1; label < highest; label++) {
    if (present.has(label)) continue;
    throw new DataError(
      `${file} has label ${highest} (${place(labels.indexOf(highest))}) but no label ${label}: ` +
        'expected class numbers from 0 without gaps; is the file damaged?',
    );
  }
}

/** @throws DataError for a label of the test part that no training image has */
export function checkTestLabels({ labels, file, place }: LabelFile, training: LabelFile): void {
  const known = new Set(training.labels);
  const image = labels.findIndex((label) => !known.has(label));
  if (image < 0) return;
  throw new DataError(
    `${file} has label ${labels[image] ?? ''} (${place(image)}), which no training ` +
      `image has: expected only labels of ${training.file}; are the files of one set?`,
  );
}

/** @throws DataError where the two parts hold images of different sizes */
export function checkSameSize(
  test: Pick<ImageShape, 'height' | 'width'>,
  train: Pick<ImageShape, 'height' | 'width'>,
  testFile: string,
): void {
  if (test.height === train.height && test.width === train.width) return;
  throw new DataError(
    `${testFile} holds images of ${test.height}×${test.width}, but those for training are of ` +
      `${train.height}×${train.width}: expected one size`,
  );
}
