/** Labels, k and a seed become folds. Pure: the same arguments give the same folds everywhere. */
import type { FoldMap } from './domain.ts';
import { UsageError } from './errors.ts';
import { createRandom } from './random.ts';

/** Far above what a label in one byte can say; keeps a stray label from filling the memory. */
const MAX_LABEL = 65_535;

export interface StratifiedFoldsOptions {
  /** Class of each training image, [count]; integers from 0. */
  readonly labels: ArrayLike<number>;
  readonly k: number;
  readonly seed: number;
  /** Names by class, for messages. */
  readonly classNames?: readonly string[];
}

/**
 * Splits so that no fold has two images more than another, and none two of any class.
 *
 * The images are laid out class after class, each class shuffled, and dealt round the folds like
 * cards: position p goes to fold p mod k. Any stretch of such a row, a class or the whole, spreads
 * within one; it is how scikit-learn's StratifiedKFold allots the counts. The first
 * `count % k` folds take the extra image.
 *
 * @returns the validation part of each fold, ascending
 * @throws UsageError unless k is an integer from 2 to the size of the smallest class in the data
 */
export function stratifiedFolds(options: StratifiedFoldsOptions): FoldMap {
  const { labels, k, seed } = options;
  checkFoldCount(k, labels.length);
  const classes = groupByClass(labels);
  checkClassSizes(classes, options);
  const random = createRandom(seed, 'folds');
  return deal(classes.map((members) => random.shuffle(members)).flat(), k);
}

/**
 * Splits regardless of labels: all images shuffled and dealt round the folds. The first
 * `count % k` folds take one image more than the others, as in scikit-learn's KFold.
 *
 * @returns the validation part of each fold, ascending
 * @throws UsageError unless k is an integer from 2 to `count`
 */
export function plainFolds(options: {
  readonly count: number;
  readonly k: number;
  readonly seed: number;
}): FoldMap {
  const { count, k, seed } = options;
  checkFoldCount(k, count);
  const order = Array.from({ length: count }, (_, index) => index);
  return deal(createRandom(seed, 'folds').shuffle(order), k);
}

/** The training part of a fold: every index of the map that the fold does not validate, ascending. */
export function trainingIndices(foldMap: FoldMap, fold: number): Int32Array {
  const validation = foldMap[fold];
  if (!validation) throw new RangeError(`expected a fold below ${foldMap.length}, got ${fold}`);
  return complement(
    validation,
    foldMap.reduce((count, indices) => count + indices.length, 0),
  );
}

/**
 * The indices from 0 below `count` that are not in `indices`, ascending.
 *
 * @throws RangeError where `indices` has one twice or beyond `count`
 */
export function complement(indices: ArrayLike<number>, count: number): Int32Array {
  const isTaken = new Uint8Array(count);
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position] as number;
    if (isTaken[index] !== 0) {
      throw new RangeError(`expected different indices below ${count}, got ${index}`);
    }
    isTaken[index] = 1;
  }
  const others = new Int32Array(count - indices.length);
  let filled = 0;
  for (let index = 0; index < count; index++) {
    if (isTaken[index] === 0) others[filled++] = index;
  }
  return others;
}

/** The indices of each class in ascending order; a class without any has an empty list. */
export function groupByClass(labels: ArrayLike<number>): number[][] {
  const classes: number[][] = [];
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] as number;
    if (!Number.isInteger(label) || label < 0 || label > MAX_LABEL) {
      throw new RangeError(`expected labels from 0 to ${MAX_LABEL}, got ${label} at ${index}`);
    }
    while (classes.length <= label) classes.push([]);
    classes[label]?.push(index);
  }
  return classes;
}

/** Position p of `order` goes to fold p mod k; within a fold the indices ascend. */
function deal(order: readonly number[], k: number): number[][] {
  const foldOf = new Int32Array(order.length);
  order.forEach((index, position) => {
    foldOf[index] = position % k;
  });
  const folds = Array.from({ length: k }, (): number[] => []);
  foldOf.forEach((fold, index) => folds[fold]?.push(index));
  return folds;
}

function checkFoldCount(k: number, count: number): void {
  if (!Number.isInteger(k) || k < 2) {
    throw new UsageError(`--folds must be an integer of at least 2, got ${k}`);
  }
  if (k > count) {
    throw new UsageError(
      `--folds ${k} needs at least ${k} training images, but there are ${count}: ` +
        'use fewer folds or more images',
    );
  }
}

function checkClassSizes(classes: readonly number[][], options: StratifiedFoldsOptions): void {
  const { k, classNames } = options;
  const present = classes.map((members, label) => ({ label, size: members.length }));
  const tooSmall = present.filter(({ size }) => size > 0 && size < k);
  if (tooSmall.length === 0) return;
  const smallest = Math.min(...tooSmall.map(({ size }) => size));
  const named = tooSmall.map(
    ({ label, size }) => `${classNames?.[label] ?? `class ${label}`} (${size})`,
  );
  throw new UsageError(
    `--folds ${k} with stratification needs at least ${k} training images of each class, ` +
      `but there are too few of: ${named.join(', ')}. Use ` +
      (smallest >= 2 ? `--folds ${smallest} or fewer, ` : '') +
      'more images, or --no-stratify',
  );
}
