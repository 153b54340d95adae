/** Splits a test part off where the data bring none. Pure. */
import { UsageError } from './errors.ts';
import { groupByClass } from './folds.ts';
import { indexImages } from './identical-images.ts';
import { createRandom } from './random.ts';
import { largestRemainderQuotas } from './subset.ts';

export interface HoldOutRequest {
  /** Class of each image, [count]; integers from 0. */
  readonly labels: ArrayLike<number>;
  /** `--test-fraction`: share of all images, above 0 and below 1. */
  readonly fraction: number;
  readonly seed: number;
  /**
   * Whether image i is identical to another. Such images are held out only where a class has too
   * few others, so that what is learnt is not met again in the test.
   */
  readonly hasTwin?: (image: number) => boolean;
}

/**
 * Chooses round(fraction · count) images for the test, each class's share as near the whole's as
 * whole numbers allow (largest remainders; of equal remainders the lower class wins), but never
 * the last image of a class. Within a class the choice is the beginning of one seeded shuffle,
 * images with twins at its end.
 *
 * @returns the chosen indices, ascending
 * @throws UsageError where that is no image at all, or one of every class cannot stay
 */
export function stratifiedHoldOut(request: HoldOutRequest): Int32Array {
  const { labels, fraction, seed, hasTwin = () => false } = request;
  const classes = groupByClass(labels);
  const sizes = classes.map((members) => members.length);
  const seats = Math.round(fraction * labels.length);
  checkSeats(seats, fraction, sizes);
  const quotas = quotasLeavingOne(sizes, seats);
  const chosen = classes.flatMap((members, label) => {
    const order = createRandom(seed, 'hold-out', label).shuffle(members);
    const [twins, singles] = partition(order, hasTwin);
    return [...singles, ...twins].slice(0, quotas[label]);
  });
  return Int32Array.from(chosen).sort();
}

/** Tells which images are identical to another, whatever their labels. */
export function findTwins(pixels: Uint8Array, imageBytes: number): (image: number) => boolean {
  const { firstTwins } = indexImages(pixels, imageBytes);
  const isTwin = new Uint8Array(firstTwins.length);
  firstTwins.forEach((first, image) => {
    if (first !== image) isTwin[first] = isTwin[image] = 1;
  });
  return (image) => isTwin[image] === 1;
}

function checkSeats(seats: number, fraction: number, sizes: readonly number[]): void {
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const present = sizes.filter((size) => size > 0).length;
  if (seats >= 1 && seats <= count - present) return;
  const plural = present === 1 ? 'class' : 'classes';
  throw new UsageError(
    `--test-fraction ${fraction} of ${count} images holds out ${seats}: expected at least 1, and ` +
      `an image of each of the ${present} ${plural} left for training, so at most ${count - present}; ` +
      'choose another fraction, or bring more images or a test part',
  );
}

/** Largest remainders; where that takes the last of a class, the class furthest behind gives. */
function quotasLeavingOne(sizes: readonly number[], seats: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const most = sizes.map((size) => Math.max(0, size - 1));
  const quotas = largestRemainderQuotas(sizes, seats).map((quota, label) =>
    Math.min(quota, most[label] ?? 0),
  );
  for (let given = quotas.reduce((sum, quota) => sum + quota, 0); given < seats; given++) {
    const behind = sizes.map((size, label) => {
      const quota = quotas[label] ?? 0;
      return quota < (most[label] ?? 0) ? seats * size - quota * total : -Infinity;
    });
    const next = behind.indexOf(Math.max(...behind));
    quotas[next] = (quotas[next] ?? 0) + 1;
  }
  return quotas;
}

function partition<Item>(
  items: readonly Item[],
  test: (item: Item) => boolean,
): [yes: Item[], no: Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
