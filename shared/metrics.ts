/** Classification scores, defined as in scikit-learn. Pure. */
import type { ConfusionMatrix, Score } from './domain.ts';

/** Scores of one class against all others. A score whose denominator is zero is 0. */
export interface ClassScore {
  readonly class: string;
  /** Of the images predicted to be of the class, the share that are. */
  readonly precision: number;
  /** Of the images of the class, the share predicted to be. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Images of the class. */
  readonly support: number;
}

/**
 * Counts by true class (row) and predicted class (column): [classCount][classCount].
 *
 * @throws RangeError where the lists differ in length or name a class beyond `classCount`
 */
export function confusionMatrix(
  trueLabels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classCount: number,
): number[][] {
  if (trueLabels.length !== predicted.length) {
    throw new RangeError(
      `expected a prediction for each of ${trueLabels.length} images, got ${predicted.length}`,
    );
  }
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let index = 0; index < trueLabels.length; index++) {
    const column = predicted[index] as number;
    const row = counts[trueLabels[index] as number];
    const count = row?.[column];
    if (!row || count === undefined) {
      throw new RangeError(
        `expected classes below ${classCount}, got true ${trueLabels[index]} ` +
          `and predicted ${column} at ${index}`,
      );
    }
    row[column] = count + 1;
  }
  return counts;
}

/** Images counted in the matrix. */
export const totalOf = (confusion: ConfusionMatrix): number => sum(confusion.map(sum));

/**
 * Share of the images on the diagonal.
 *
 * @throws RangeError where the matrix counts no image
 */
export function accuracyOf(confusion: ConfusionMatrix): number {
  const total = totalOf(confusion);
  if (total === 0) throw new RangeError('the accuracy over no images is undefined');
  return sum(confusion.map((row, label) => row[label] ?? 0)) / total;
}

/** Precision, recall, F1 and support of each class, as precision_recall_fscore_support. */
export function perClass(confusion: ConfusionMatrix, classes: readonly string[]): ClassScore[] {
  return classes.map((name, label) => {
    const hits = confusion[label]?.[label] ?? 0;
    const support = sum(confusion[label] ?? []);
    const predicted = sum(confusion.map((row) => row[label] ?? 0));
    return {
      class: name,
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, support + predicted),
      support,
    };
  });
}

/**
 * Adds matrices cell by cell, say those of all folds.
 *
 * @throws RangeError where there is none, or they differ in size
 */
export function addConfusions(matrices: readonly ConfusionMatrix[]): number[][] {
  const [first] = matrices;
  if (!first) throw new RangeError('expected at least one confusion matrix');
  if (matrices.some((matrix) => !isSquare(matrix, first.length))) {
    throw new RangeError(`expected confusion matrices of ${first.length} classes each`);
  }
  return first.map((row, y) => row.map((_, x) => sum(matrices.map((m) => m[y]?.[x] ?? 0))));
}

/**
 * Says what is impossible in a score that came from elsewhere; undefined where it may be true.
 * Each row of the matrix must count the images of its class, the diagonal give the accuracy.
 */
export function findScoreProblem(
  { confusion, accuracy, loss }: Score,
  { classCount, labels }: { readonly classCount: number; readonly labels: Uint8Array },
): string | undefined {
  if (!isSquare(confusion, classCount)) {
    return `the confusion matrix is not ${classCount} by ${classCount}`;
  }
  if (!confusion.flat().every((count) => Number.isSafeInteger(count) && count >= 0)) {
    return 'the confusion matrix has an entry that is no count';
  }
  const support = new Array<number>(classCount).fill(0);
  for (const label of labels) support[label] = (support[label] ?? 0) + 1;
  const counted = confusion.map(sum);
  const label = counted.findIndex((count, index) => count !== support[index]);
  if (label >= 0) {
    return (
      `the confusion matrix counts ${counted[label]} images of class ${label}, ` +
      `not the ${support[label]} that were scored`
    );
  }
  const expected = accuracyOf(confusion);
  if (!(Math.abs(accuracy - expected) <= 1e-9)) {
    return `the accuracy is ${accuracy}, but the confusion matrix says ${expected}`;
  }
  return Number.isFinite(loss) && loss >= 0 ? undefined : `the loss is ${loss}`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const isSquare = (matrix: ConfusionMatrix, size: number): boolean =>
  matrix.length === size && matrix.every((row) => row.length === size);
