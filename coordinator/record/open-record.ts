import { chmod, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../../shared/durable-files.ts';
import { type LockOptions, openLocked, unlock, unusable } from './lock.ts';
import { readRecord } from './read-record.ts';
import type { RunRecord } from './record.ts';
import { RECORD_FILE, UNFINISHED } from './schema.ts';
import { createStore } from './store.ts';

/** Whether the folder holds the record of a run, readable or not. */
export async function recordExists(folder: string): Promise<boolean> {
  try {
    await stat(path.join(folder, RECORD_FILE));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false;
    throw error;
  }
}

/**
 * Opens the record of a run, for this process alone until it ends or closes it.
 *
 * This process must not open the file in any other way meanwhile: POSIX drops the locks of a
 * process on a file as soon as it closes any of its descriptors of that file.
 *
 * @throws RecordInUse where another process has it open; DataError where there is none, or it is
 *   no record, damaged, or of a newer Foldwise
 */
export async function openRecord(folder: string, options: LockOptions = {}): Promise<RunRecord> {
  const file = path.join(folder, RECORD_FILE);
  const connection = await openLocked(file, options);
  try {
    const content = readRecord(connection, file);
    // It holds what signs the tickets of workers; a copy may have become readable for all.
    await chmod(file, 0o600).catch(() => undefined);
    await removeUnfinished(folder);
    return createStore({ connection, file, content });
  } catch (error) {
    unlock(connection);
    throw unusable(error, file);
  }
}

/** What those left who were killed while they made one; with a record there, none is being made. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(path.join(folder, name), { force: true });
  }
}
