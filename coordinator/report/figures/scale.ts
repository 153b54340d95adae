/** Axes that end on round numbers, so that charts side by side share them. Pure. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** The scale of shares that holds all values: never beyond 0 and 1, never narrower than 2%. */
export function shareScale(values: readonly number[]): Scale {
  const { low, high, step } = roundScale(smallest(values), largest(values), 0.02);
  return { low: Math.max(0, low), high: Math.min(1, high), step };
}

/** The scale of losses from zero to the largest. */
export function lossScale(values: readonly number[]): Scale {
  return roundScale(0, largest(values), 0.01);
}

// Thousands of folds have more values than a call may have arguments.
const smallest = (values: readonly number[]): number =>
  values.reduce((least, value) => Math.min(least, value), Infinity);
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity);

/** Epochs worth a label: the first, then round numbers up to the last. */
export function epochTicks(epochs: number): number[] {
  const step = roundStep(epochs / 6, 1);
  const round = Array.from({ length: Math.floor(epochs / step) }, (_, index) => (index + 1) * step);
  return step === 1 ? round : [1, ...round];
}

/** Every how many of `count` labels fit when each needs `needed` pixels of `length`. */
export function labelStride(count: number, length: number, needed: number): number {
  return Math.max(1, Math.ceil((count * needed) / length));
}

function roundScale(minimum: number, maximum: number, narrowest: number): Scale {
  const missing = Math.max(0, narrowest - (maximum - minimum)) / 2;
  const [bottom, top] = [minimum - Math.min(missing, minimum), maximum + missing];
  const step = roundStep((top - bottom) / 5, 0);
  // Rounded once more, because 0.1 × 3 is not 0.3.
  const multiple = (count: number): number => Number((count * step).toPrecision(12));
  return {
    low: multiple(Math.floor(bottom / step + 1e-9)),
    high: multiple(Math.ceil(top / step - 1e-9)),
    step,
  };
}

/** The smallest of 1, 2 and 5 times a power of ten that is at least `wanted` and `least`. */
function roundStep(wanted: number, least: number): number {
  const target = Math.max(wanted, least);
  const power = Math.floor(Math.log10(target));
  const mantissa =
    [1, 2, 5, 10].find((candidate) => candidate * 10 ** power >= target * 0.999) ?? 10;
  return Number(`${mantissa}e${power}`);
}
