/** Fewer images, the same mix of classes. Pure. */
import { UsageError } from './errors.ts';
import { groupByClass } from './folds.ts';
import { createRandom } from './random.ts';

/**
 * What the choice is for: each part of a dataset draws from streams of its own, so do images
 * held out as a test part where a dataset has none.
 */
export type SubsetPart = 'train' | 'test' | 'hold-out';

/** Not the run's seed: `--limit 1000` names the same data under every seed, so runs compare. */
const SEED = 0;

/**
 * Chooses `limit` images with each class's share as near the whole's as whole numbers allow
 * (largest remainders; of equal remainders the lower class wins). Within a class the choice is
 * the beginning of one fixed shuffle, so a larger quota keeps what a smaller one chose.
 *
 * @param labels - class of each image, [count]
 * @returns the chosen indices, ascending; all of them where `limit` ≥ count
 * @throws UsageError unless `limit` is an integer of at least 1
 */
export function stratifiedSubset(
  labels: ArrayLike<number>,
  limit: number,
  part: SubsetPart,
): Int32Array {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new UsageError(`--limit must be an integer of at least 1, got ${limit}`);
  }
  if (limit >= labels.length)
    return Int32Array.from({ length: labels.length }, (_, index) => index);
  const classes = groupByClass(labels);
  const quotas = largestRemainderQuotas(
    classes.map((members) => members.length),
    limit,
  );
  const chosen = classes.flatMap((members, label) =>
    createRandom(SEED, 'limit', part, label).shuffle(members).slice(0, quotas[label]),
  );
  return Int32Array.from(chosen).sort();
}

/**
 * Whole numbers in proportion to `sizes` that add up to `seats` (Hamilton's method).
 * Exact while seats · Σ sizes < 2^53; needs seats ≤ Σ sizes, and then no quota exceeds its size.
 */
export function largestRemainderQuotas(sizes: readonly number[], seats: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const quotas = sizes.map((size) => Math.floor((seats * size) / total));
  const unfilled = seats - quotas.reduce((sum, quota) => sum + quota, 0);
  const byRemainder = sizes
    .map((size, index) => ({ index, remainder: (seats * size) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, unfilled)) quotas[index] = (quotas[index] ?? 0) + 1;
  return quotas;
}
