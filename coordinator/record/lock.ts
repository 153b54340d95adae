import { stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { asError, DataError, FoldwiseError } from '../../shared/errors.ts';
import { connect, type Connection, isSqlite, sqliteCode } from './connection.ts';
import { damaged, inUse, notARecord } from './refusals.ts';

export interface LockOptions {
  /** For so long a record in use is tried again: whoever only reads it is soon done. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 3_000;
const RETRY_MS = 50;

/**
 * Opens the database of a record and takes its lock, without believing what it says. The lock is
 * the operating system's, and goes with this process.
 *
 * @throws RecordInUse; DataError where there is no file, or no database
 */
export async function openLocked(
  file: string,
  { patienceMs = PATIENCE_MS }: LockOptions = {},
): Promise<Connection> {
  const connection = await openUnlocked(file);
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      lock(connection);
      return connection;
    } catch (error) {
      if (!isSqlite(error, 'SQLITE_BUSY') || waitedMs >= patienceMs) {
        connection.close();
        throw unusable(error, file);
      }
    }
    await setTimeout(RETRY_MS);
  }
}

/**
 * Opens the database of a record to read it. No memory map, which shared file systems do not bear.
 *
 * @throws DataError where there is no file
 */
export async function openUnlocked(file: string): Promise<Connection> {
  const found = await stat(file).catch((error: unknown) => {
    throw new DataError(`${file} cannot be opened: ${asError(error).message}`, { cause: error });
  });
  if (!found.isFile()) throw notARecord(file, 'it is not a file');
  const connection = await connect(file);
  connection.exec('PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
  return connection;
}

/**
 * Takes the lock in normal mode and keeps it by exclusive mode: whoever tries in exclusive mode
 * keeps what part of the lock they got, and two that try at once would shut each other out.
 */
function lock(connection: Connection): void {
  connection.exec('PRAGMA locking_mode = NORMAL; PRAGMA synchronous = EXTRA');
  connection.exec('BEGIN EXCLUSIVE');
  connection.exec('PRAGMA locking_mode = EXCLUSIVE');
  connection.exec('COMMIT');
}

/** Gives the lock back, which goes with the first transaction in normal mode, and closes. */
export function unlock(connection: Connection): void {
  connection.exec('PRAGMA locking_mode = NORMAL');
  try {
    connection.row('SELECT count(*) FROM sqlite_schema');
  } catch {
    // What cannot even be read holds no lock.
  }
  connection.close();
}

/** Where something else is wrong than what the file says. */
const SURROUNDINGS = ['IOERR', 'CANTOPEN', 'PERM', 'READONLY', 'NOMEM', 'NOLFS', 'AUTH'];

/** Says why a record cannot be opened: what SQLite threw, or what else came. */
export function unusable(thrown: unknown, file: string): unknown {
  if (sqliteCode(thrown) === '') return thrown;
  const { message } = asError(thrown);
  if (isSqlite(thrown, 'SQLITE_BUSY')) return inUse(file);
  if (isSqlite(thrown, 'SQLITE_NOTADB')) return notARecord(file, 'it is not a database');
  if (SURROUNDINGS.some((kind) => isSqlite(thrown, `SQLITE_${kind}`))) {
    return new FoldwiseError(`${file} cannot be used: ${message}`, { cause: thrown });
  }
  return damaged(file, message, thrown);
}
