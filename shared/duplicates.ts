/** Identical images, and where they let a split or the test leak. Pure. */
import type { DatasetPart, FoldMap } from './domain.ts';
import { countImages, indexImages, type ImageIndex } from './identical-images.ts';

const EXAMPLE_COUNT = 5;

export interface DuplicateReport {
  readonly train: {
    /** Sets of two or more identical training images. */
    readonly groups: number;
    /** Training images in those sets. */
    readonly images: number;
    /** Sets whose images do not all carry one label. */
    readonly conflictingGroups: number;
    /** The first few sets, as ascending indices into the training part. */
    readonly examples: readonly (readonly number[])[];
  };
  /** By fold: validation images whose content also lies in the fold's training part. */
  readonly validationInTraining: readonly number[];
  readonly test: {
    /** Test images whose content also lies in the training part. */
    readonly inTrain: number;
    /** Those of them with a twin of another label. */
    readonly conflicting: number;
    /** The first few of them, each with its first twin. */
    readonly examples: readonly { readonly test: number; readonly train: number }[];
  };
}

/**
 * Counts exact duplicates within the training part, across each split, and between the parts.
 *
 * @throws RangeError where the pixels are no whole number of images
 */
export function duplicateReport(data: {
  readonly train: DatasetPart;
  readonly test: DatasetPart;
  /** height × width × channels */
  readonly imageBytes: number;
  readonly validation: FoldMap;
}): DuplicateReport {
  const { train, test, imageBytes, validation } = data;
  const index = indexImages(train.pixels, imageBytes);
  const groups = groupTwins(index.firstTwins);
  const hasOtherLabel = (members: readonly number[], label: number | undefined): boolean =>
    members.some((member) => train.labels[member] !== label);
  const twins = findTestTwins(test, imageBytes, index);
  const membersOf = new Map(groups.map((members) => [members[0], members]));
  return {
    train: {
      groups: groups.length,
      images: groups.reduce((sum, members) => sum + members.length, 0),
      conflictingGroups: groups.filter((members) =>
        hasOtherLabel(members, train.labels[members[0] as number]),
      ).length,
      examples: groups.slice(0, EXAMPLE_COUNT),
    },
    validationInTraining: countAcrossSplits(groups, validation, train.labels.length),
    test: {
      inTrain: twins.length,
      conflicting: twins.filter((twin) =>
        hasOtherLabel(membersOf.get(twin.train) ?? [twin.train], test.labels[twin.test]),
      ).length,
      examples: twins.slice(0, EXAMPLE_COUNT),
    },
  };
}

/**
 * The sets of two or more identical images.
 *
 * @param pixels - [count, imageBytes]
 * @returns ascending indices, the sets in order of their first
 * @throws RangeError where `pixels` is no whole number of images
 */
export function findDuplicates(pixels: Uint8Array, imageBytes: number): number[][] {
  return groupTwins(indexImages(pixels, imageBytes).firstTwins);
}

function groupTwins(firstTwins: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  firstTwins.forEach((first, index) => {
    if (first === index) return;
    const members = groups.get(first);
    if (members) members.push(index);
    else groups.set(first, [first, index]);
  });
  return [...groups.values()].sort(([a = 0], [b = 0]) => a - b);
}

/** A group that spans folds leaks by every member: another lies in its fold's training part. */
function countAcrossSplits(
  groups: readonly (readonly number[])[],
  validation: FoldMap,
  count: number,
): number[] {
  const foldOf = new Int32Array(count);
  validation.forEach((indices, fold) => indices.forEach((index) => (foldOf[index] = fold)));
  const counts = validation.map(() => 0);
  for (const members of groups) {
    const folds = members.map((index) => foldOf[index] as number);
    if (new Set(folds).size === 1) continue;
    for (const fold of folds) counts[fold] = (counts[fold] ?? 0) + 1;
  }
  return counts;
}

function findTestTwins(
  test: DatasetPart,
  imageBytes: number,
  index: ImageIndex,
): { test: number; train: number }[] {
  const twins: { test: number; train: number }[] = [];
  for (let image = 0; image < countImages(test.pixels, imageBytes); image++) {
    const train = index.find(test.pixels, image);
    if (train !== undefined) twins.push({ test: image, train });
  }
  return twins;
}
