const FIRST_MS = 500;
const MOST_MS = 8_000;

/**
 * How long to wait after so many failures in a row: half a second at first, soon 8 s. Up to half
 * of it is left out by chance, so that many workers do not come back at one moment. Pure.
 *
 * @param failures - from 0
 * @param random - from 0 to below 1
 */
export function delayMs(failures: number, random: number): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 30));
  return Math.round(most * (1 - random / 2));
}
