import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

export interface PruneOptions {
  readonly mostBytes: number;
  /** By the wall clock. */
  readonly nowMs: number;
}

const HOUR_MS = 3_600_000;
/** A download takes less; what is older was left behind by a worker that was killed. */
const PARTIAL_LIFE_MS = 24 * HOUR_MS;
/** A run may still need what was used so recently. */
const IN_USE_MS = HOUR_MS;

/**
 * Removes what is left of broken downloads, and of whole files those used longest ago until the
 * rest is small enough. What others remove meanwhile is as good as removed.
 */
export async function prune(folder: string, { mostBytes, nowMs }: PruneOptions): Promise<void> {
  const files = await filesIn(folder);
  for (const { name, usedMs } of files) {
    if (name.endsWith('.partial') && nowMs - usedMs > PARTIAL_LIFE_MS) await remove(folder, name);
  }
  const whole = files.filter(({ name }) => name.endsWith('.part'));
  whole.sort((one, other) => other.usedMs - one.usedMs);
  let keptBytes = 0;
  for (const { name, sizeBytes, usedMs } of whole) {
    keptBytes += sizeBytes;
    if (keptBytes > mostBytes && nowMs - usedMs > IN_USE_MS) await remove(folder, name);
  }
}

async function filesIn(folder: string) {
  const found: { name: string; sizeBytes: number; usedMs: number }[] = [];
  for (const name of await readdir(folder)) {
    const info = await stat(path.join(folder, name)).catch(() => null);
    if (info?.isFile()) found.push({ name, sizeBytes: info.size, usedMs: info.mtimeMs });
  }
  return found;
}

const remove = (folder: string, name: string): Promise<void> =>
  rm(path.join(folder, name), { force: true }).catch(() => undefined);
