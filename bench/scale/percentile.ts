/**
 * The value that a share of all values reaches at most, by the nearest rank: one of those measured.
 * Pure.
 *
 * @param share - above 0, at most 1; 0.99 for the 99th percentile
 * @throws RangeError for no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('a percentile of no values is undefined');
  return found;
}
