/** Any number of times, as a count of each; the same for the same times, in whatever order they came. */
type Counts =
  | { readonly count: number; readonly ms: number }
  /** By the next four binary digits of the times, the highest first. */
  | { readonly count: number; readonly parts: readonly (Counts | undefined)[] };

const DIGIT_BITS = 4;
const WIDTH = 2 ** DIGIT_BITS;
const LONGEST_BITS = 32;
/** Seven weeks. */
const LONGEST_MS = 2 ** LONGEST_BITS - 1;

/**
 * How long things took, in whole milliseconds, of which the median is to be known at any time.
 * Immutable; one more, and the median, take the same time of a few as of many.
 */
export class Durations {
  readonly #counts: Counts | undefined;

  constructor(counts?: Counts) {
    this.#counts = counts;
  }

  get count(): number {
    return this.#counts?.count ?? 0;
  }

  /** With one more. */
  plus(ms: number): Durations {
    const whole = Math.min(LONGEST_MS, Math.max(0, Math.round(ms)));
    return new Durations(counted(this.#counts, whole, LONGEST_BITS));
  }

  /** Null of none; of an even number the mean of the two in the middle. */
  median(): number | null {
    const counts = this.#counts;
    if (counts === undefined) return null;
    const middle = (counts.count - 1) / 2;
    return (nth(counts, Math.floor(middle)) + nth(counts, Math.ceil(middle))) / 2;
  }
}

/** @param bits - that the times in these counts may differ in */
function counted(counts: Counts | undefined, ms: number, bits: number): Counts {
  if (counts === undefined) return { count: 1, ms };
  if ('ms' in counts) {
    if (counts.ms === ms) return { count: counts.count + 1, ms };
    const digit = digitOf(counts.ms, bits);
    const parts = Array.from({ length: WIDTH }, (_, at) => (at === digit ? counts : undefined));
    return counted({ count: counts.count, parts }, ms, bits);
  }
  const digit = digitOf(ms, bits);
  const part = counted(counts.parts[digit], ms, bits - DIGIT_BITS);
  return { count: counts.count + 1, parts: counts.parts.with(digit, part) };
}

const digitOf = (ms: number, bits: number): number =>
  Math.floor(ms / 2 ** (bits - DIGIT_BITS)) % WIDTH;

/** @param place - among the times in ascending order, from 0 */
function nth(counts: Counts, place: number): number {
  if ('ms' in counts) return counts.ms;
  let before = 0;
  for (const part of counts.parts) {
    if (part === undefined) continue;
    if (place < before + part.count) return nth(part, place - before);
    before += part.count;
  }
  throw new RangeError(`no time ${place} of ${counts.count}`);
}
