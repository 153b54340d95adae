import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { hasCode } from '../../shared/durable-files.ts';
import { isSqlite } from './connection.ts';
import { UNFINISHED } from './schema.ts';

const PROBE_BYTES = 65_536;

/**
 * Whether a write failed for want of space. SQLite says so of a full disk; of a quota, and of a
 * server that notices late, it only says that input or output failed: then a write is tried.
 */
export function isDiskFull(thrown: unknown, folder: string): boolean {
  if (isSqlite(thrown, 'SQLITE_FULL')) return true;
  return isSqlite(thrown, 'SQLITE_IOERR') && !canWrite(folder);
}

function canWrite(folder: string): boolean {
  const file = path.join(folder, `${UNFINISHED}${randomUUID()}`);
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      const bytes = Buffer.alloc(PROBE_BYTES);
      // A short write tells of a full disk only when it is continued.
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    return !hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT');
  } finally {
    rmSync(file, { force: true });
  }
}
