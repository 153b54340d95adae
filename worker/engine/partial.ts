import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { hasCode } from '../../shared/durable-files.ts';
import { PARTIAL_MARK } from './location.ts';

/**
 * Folders of installations under way are named `<key>.partial-<host>.<pid>.<random>`:
 * whoever holds the lock can tell the remains of dead installers from the work of living ones.
 */

export async function createPartial(engines: string, key: string): Promise<string> {
  const folder = partialName(path.join(engines, key));
  await mkdir(folder);
  return folder;
}

/** Renames a finished folder; what is in its place, broken, is moved out of the way first. */
export async function moveIntoPlace(partial: string, folder: string): Promise<void> {
  const aside = partialName(folder);
  await rename(folder, aside).catch(ignore('ENOENT'));
  await rename(partial, folder);
  await removeFolder(aside);
}

/** Removes what killed installers left. Call it while holding the lock. */
export async function removeLeftovers(engines: string): Promise<void> {
  const names = await readdir(engines);
  for (const name of names.filter(isLeftover)) await removeFolder(path.join(engines, name));
}

/** Children of a killed installer may still write there: what resists is left to the next. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}

function isLeftover(name: string): boolean {
  const owner = name.split(PARTIAL_MARK)[1];
  if (owner === undefined) return false;
  const [host, pid] = owner.split('.');
  return host !== hostName() || Number(pid) === process.pid || !isAlive(Number(pid));
}

function partialName(folder: string): string {
  const random = randomBytes(4).toString('hex');
  return `${folder}${PARTIAL_MARK}${hostName()}.${process.pid}.${random}`;
}

function ignore(code: string): (error: unknown) => void {
  return (error) => {
    if (!hasCode(error, code)) throw error;
  };
}

const hostName = (): string => os.hostname().replaceAll(/[^\w-]/g, '-');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}
