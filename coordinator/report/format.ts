/** How numbers and names read in the report and in the terminal. Pure. */

import { plain } from '../../shared/plain.ts';

export { plain };

/** Stands wherever results on synthetic data are shown. */
export const SYNTHETIC_NOTICE =
  'SYNTHETIC DATA: drawn by a program; the numbers say nothing about real garments';

/** Stands wherever results are shown that lack folds. */
export function incompleteNotice(
  missing: readonly { readonly fold: number; readonly reason: string }[],
  present: number,
): string {
  const all = missing.length + present;
  const reasons = missing.map(({ fold, reason }) => `fold ${fold}: ${plain(reason)}`).join('; ');
  return `INCOMPLETE: ${missing.length} of ${counted(all, 'fold')} given up (${reasons})`;
}

/** Stands where the data are real and only the pictures of the transfer evaluation are not. */
export const SYNTHETIC_TRANSFER =
  'SYNTHETIC TRANSFER PICTURES: drawn by a program, no photographs of garments';

/** 0.91524 → "91.52%". */
export function percent(share: number, digits = 2): string {
  return `${(share * 100).toFixed(digits)}%`;
}

/** A share of a whole, as people say it: 1/7 → "1/7", 0.25 → "1/4", 0.3 → "30.0%". */
export function fraction(share: number): string {
  const parts = Math.round(1 / share);
  const isUnit = parts >= 2 && Math.abs(share * parts - 1) < 1e-9;
  return isUnit ? `1/${parts}` : percent(share, 1);
}

/** A difference of shares in percentage points: 0.00132 → "0.13". */
export function points(difference: number): string {
  return (difference * 100).toFixed(2);
}

/** Bounds of an interval of shares: "90.95–92.05%", cut to what a share can be. */
export function percentRange(interval: { readonly low: number; readonly high: number }): string {
  const low = Math.max(0, interval.low);
  return `${points(low)}–${percent(Math.min(1, interval.high))}`;
}

/** 60000 → "60,000". */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** 1 → "1 fold", 3 → "3 folds". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** 4.21 → "4.2 s", 134 → "2 min 14 s", 7380 → "2 h 03 min". */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min ${padded(rounded % 60)} s`;
  const minutes = Math.round(rounded / 60);
  return `${grouped(Math.floor(minutes / 60))} h ${padded(minutes % 60)} min`;
}

/** "2026-03-04T12:33:05.120Z" → "2026-03-04 12:33:05 UTC". */
export function timestamp(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Cuts to at most `length` characters, the last of them an ellipsis. */
export function shortened(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

const padded = (count: number): string => String(count).padStart(2, '0');
