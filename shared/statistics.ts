/** Means, deviations and intervals over folds and over the test part. Pure. */
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

/** 0.975 quantile of the standard normal distribution. */
const NORMAL_QUANTILE = 1.959963984540054;
const UPPER_TAIL = 0.975;

/** An interval at 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** @throws RangeError for an empty list */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the mean of no values is undefined');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Standard deviation with divisor count − ddof.
 *
 * @param ddof - 0, as numpy and scikit-learn's std_test_score; 1 for the unbiased variance
 * @throws RangeError unless there are more than ddof values
 */
export const standardDeviation = (values: readonly number[], ddof: 0 | 1 = 0): number =>
  Math.sqrt(variance(values, ddof));

function variance(values: readonly number[], ddof: 0 | 1): number {
  if (values.length <= ddof) {
    throw new RangeError(`expected more than ${ddof} values, got ${values.length}`);
  }
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - ddof);
}

/**
 * 95 % interval for the mean score over the folds, with the corrected variance of C. Nadeau and
 * Y. Bengio, "Inference for the generalization error", Machine Learning 52, 2003:
 * s² · (1/k + validationSize/trainSize), s² with ddof 1, Student's t with k − 1 degrees of freedom.
 *
 * The correction answers for training parts that overlap, so that the scores are not independent.
 * It was derived for random resplits; for k folds, whose validation parts exclude each other, it is
 * a heuristic. The interval may leave [0, 1].
 *
 * @param scores - one a fold, at least two
 * @param sizes - of a fold's two parts, in images; the means where folds differ
 */
export function meanScoreInterval(
  scores: readonly number[],
  sizes: { readonly trainSize: number; readonly validationSize: number },
): Interval {
  const { trainSize, validationSize } = sizes;
  if (!(trainSize > 0 && validationSize > 0)) {
    throw new RangeError(`expected sizes above 0, got ${trainSize} and ${validationSize}`);
  }
  const factor = 1 / scores.length + validationSize / trainSize;
  const margin = tQuantile(UPPER_TAIL, scores.length - 1) * Math.sqrt(variance(scores, 1) * factor);
  const centre = mean(scores);
  return { low: centre - margin, high: centre + margin };
}

/**
 * 95 % interval for an accuracy measured on independent images that decided nothing before, such
 * as a test part used once: E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", JASA 22(158), 1927; without continuity correction. It speaks of the one
 * trained model, not of training it again.
 *
 * @param correct - images predicted rightly, 0 ≤ correct ≤ total
 * @param total - images scored, at least one
 */
export function accuracyInterval(correct: number, total: number): Interval {
  if (!(total >= 1 && correct >= 0 && correct <= total)) {
    throw new RangeError(`expected from 0 to all of some images, got ${correct} of ${total}`);
  }
  const z2 = NORMAL_QUANTILE ** 2;
  const centre = (correct + z2 / 2) / (total + z2);
  const margin =
    (NORMAL_QUANTILE / (total + z2)) * Math.sqrt((correct * (total - correct)) / total + z2 / 4);
  // Rounding alone may carry the ends beyond what is possible.
  return { low: Math.max(0, centre - margin), high: Math.min(1, centre + margin) };
}
