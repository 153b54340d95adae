import { setTimeout as delay } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

export interface LockOptions {
  /** The folder to lock; it exists. */
  readonly folder: string;
  /** Called once when another process holds the lock. */
  readonly onWait: () => void;
  readonly signal?: AbortSignal | undefined;
}

/** A holder that was killed no longer renews its lock, which then counts for nothing. */
const STALE_MS = 15_000;
const RENEW_MS = 3_000;
const RETRY_MS = 500;

/** Runs `work` while no other process of this folder's users runs it. */
export async function withLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const release = await acquire(options);
  try {
    return await work();
  } finally {
    await release().catch(() => undefined);
  }
}

async function acquire({ folder, onWait, signal }: LockOptions): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await lockfile.lock(folder, {
        lockfilePath: `${folder}/install.lock`,
        stale: STALE_MS,
        update: RENEW_MS,
        // Losing it, after sleeping too long, does no harm: all work goes into new folders.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if (!isHeld(error)) throw error;
      if (attempt === 0) onWait();
      await delay(RETRY_MS * (1 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOCKED';
}
