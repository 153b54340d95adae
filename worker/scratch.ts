import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { hasCode } from '../shared/durable-files.ts';

/** Makes a folder for the files of one attempt, by whose name {@link sweepScratch} knows its owner. */
export const makeScratch = (parent = tmpdir()): Promise<string> =>
  mkdtemp(path.join(parent, `${prefix()}${process.pid}-`));

/** Removes what workers of this user left on this machine that were killed. Never rejects. */
export async function sweepScratch(parent = tmpdir()): Promise<void> {
  const before = prefix();
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(before)) continue;
    const pid = /^(\d+)-\w+$/.exec(name.slice(before.length))?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await removeOwn(path.join(parent, name)).catch(() => undefined);
  }
}

async function removeOwn(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return;
  await rm(folder, { recursive: true, force: true });
}

/** Machines and containers may share a folder; the number of a process says nothing elsewhere. */
function prefix(): string {
  const where = `${hostname()} ${processNamespace()}`;
  return `foldwise-attempt-${createHash('sha256').update(where).digest('hex').slice(0, 8)}-`;
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
