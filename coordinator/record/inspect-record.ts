import path from 'node:path';
import { isSqlite } from './connection.ts';
import { openUnlocked, unusable } from './lock.ts';
import { readRecord, type RecordContent } from './read-record.ts';
import { RECORD_FILE } from './schema.ts';

/**
 * Reads the record of a run without keeping it, and without touching one that is in use.
 *
 * @returns `in use` while a coordinator has it
 * @throws DataError where there is none, or it is no record, damaged, or of a newer Foldwise
 */
export async function inspectRecord(folder: string): Promise<RecordContent | 'in use'> {
  const file = path.join(folder, RECORD_FILE);
  const connection = await openUnlocked(file);
  try {
    connection.exec('BEGIN');
    return readRecord(connection, file);
  } catch (error) {
    if (isSqlite(error, 'SQLITE_BUSY')) return 'in use';
    throw unusable(error, file);
  } finally {
    endReading(connection);
  }
}

function endReading(connection: Awaited<ReturnType<typeof openUnlocked>>): void {
  try {
    connection.exec('ROLLBACK');
  } catch {
    // It had not begun.
  }
  connection.close();
}
