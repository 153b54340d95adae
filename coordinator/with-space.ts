import { setTimeout } from 'node:timers/promises';
import { hasCode } from '../shared/durable-files.ts';
import type { FullDisk } from './scheduler/full-disk.ts';

export interface Waiting {
  readonly fullDisk: FullDisk;
  /** Ends the waiting for space. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 1_000;

/** Whether a write failed for want of space, or of a quota. */
export const isNoSpace = (error: unknown): boolean =>
  hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');

/**
 * Does something that may be done again: once there is space for it.
 *
 * @throws what it fails with otherwise, and that there is no space where the signal is aborted
 */
export async function withSpace<T>(
  work: () => Promise<T>,
  { fullDisk, signal }: Waiting,
): Promise<T> {
  for (;;) {
    try {
      const done = await work();
      fullDisk.well();
      return done;
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      fullDisk.trouble();
      // Stopping does not wait for space that may never come.
      if (signal.aborted) throw error;
      await setTimeout(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
