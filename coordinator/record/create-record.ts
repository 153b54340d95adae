import { randomUUID } from 'node:crypto';
import { access, link, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasCode, syncDirectory } from '../../shared/durable-files.ts';
import { asError, FoldwiseError, UsageError } from '../../shared/errors.ts';
import { headerHash } from './chain.ts';
import { connect, type Connection, sqliteCode } from './connection.ts';
import type { LockOptions } from './lock.ts';
import { isDiskFull } from './disk-space.ts';
import { openRecord } from './open-record.ts';
import { RecordFull, type RunHeader, type RunRecord } from './record.ts';
import { APPLICATION_ID, RECORD_FILE, SCHEMA_VERSION, TABLES, UNFINISHED } from './schema.ts';

/**
 * Makes the record of a new run in an existing folder, whole or not at all, and opens it.
 *
 * @throws UsageError where the folder has one already; RecordFull where there is no space for it;
 *   FoldwiseError where it cannot be written
 */
export async function createRecord(
  folder: string,
  header: RunHeader,
  options: LockOptions = {},
): Promise<RunRecord> {
  const file = path.join(folder, RECORD_FILE);
  const unfinished = path.join(folder, `${UNFINISHED}${randomUUID()}`);
  try {
    await writeEmptyRecord(unfinished, header);
    await publish(unfinished, file);
  } catch (error) {
    throw creationProblem(error, file);
  } finally {
    for (const name of [unfinished, `${unfinished}-journal`]) await rm(name, { force: true });
  }
  await syncDirectory(folder);
  return openRecord(folder, options);
}

/** What the operating system or SQLite says comes in a sentence that names the file. */
function creationProblem(thrown: unknown, file: string): unknown {
  const cause = asError(thrown);
  if (isDiskFull(cause, path.dirname(file)) || hasCode(cause, 'ENOSPC')) {
    return new RecordFull(`there is no space for ${file}: free some on its disk`, { cause });
  }
  if (sqliteCode(cause) === '' && !('syscall' in cause)) return thrown;
  return new FoldwiseError(
    `${file} cannot be written (${cause.message}): see to its folder, its disk, and the limit on ` +
      'the size of files (ulimit -f)',
    { cause },
  );
}

async function writeEmptyRecord(file: string, header: RunHeader): Promise<void> {
  // The database keeps the mode, and gives it to its journal.
  await (await open(file, 'wx', 0o600)).close();
  const connection = await connect(file);
  try {
    connection.exec('PRAGMA mmap_size = 0; PRAGMA synchronous = EXTRA');
    connection.exec('BEGIN EXCLUSIVE');
    insertHeader(connection, JSON.stringify(header));
    connection.exec('COMMIT');
  } finally {
    connection.close();
  }
}

function insertHeader(connection: Connection, json: string): void {
  const hash = headerHash(json);
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  connection.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  for (const table of TABLES) connection.exec(table);
  connection.run('INSERT INTO header VALUES (1, ?, ?)', json, hash);
  connection.run('INSERT INTO head VALUES (1, 0, ?)', hash);
  connection.run('INSERT INTO delivered VALUES (1, 0, ?)', hash);
}

/** Gives a whole record its name, unless there is one of that name. */
async function publish(unfinished: string, file: string): Promise<void> {
  try {
    await link(unfinished, file);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw alreadyThere(file);
    // Some file systems know no second name for a file.
    if (await isThere(file)) throw alreadyThere(file);
    await rename(unfinished, file);
  }
}

const isThere = async (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const alreadyThere = (file: string): UsageError =>
  new UsageError(`${file} exists already: resume its run, or name a new folder`);
