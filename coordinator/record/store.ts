import { statSync } from 'node:fs';
import path from 'node:path';
import { asError, FoldwiseError } from '../../shared/errors.ts';
import { factHash } from './chain.ts';
import { type Connection, isSqlite } from './connection.ts';
import { isDiskFull } from './disk-space.ts';
import { encodeFact } from './fact-rows.ts';
import { unlock } from './lock.ts';
import type { Head, RecordContent } from './read-record.ts';
import { type Fact, RecordFull, type RunRecord } from './record.ts';
import { continuedSequence, movedCursor } from './sequence.ts';

export interface StoreParts {
  /** Holds the lock. */
  readonly connection: Connection;
  readonly file: string;
  readonly content: RecordContent;
}

/** So many deliveries may be forgotten in a crash, and are then made again. */
const MOST_UNSAVED = 200;

/** A record that was read and is held by this process. */
export function createStore(parts: StoreParts): RunRecord {
  const { header, facts } = parts.content;
  const committer = createCommitter(parts);
  let { delivered } = parts.content;
  let saved = delivered;

  const commit = async (added: readonly Fact[]): Promise<void> => {
    const reached = delivered;
    await committer.commit(added, reached > saved ? reached : undefined);
    saved = reached;
  };
  const append = async (added: readonly Fact[]): Promise<void> => {
    if (added.length === 0) return;
    continuedSequence(committer.last(), added);
    await commit(added);
  };
  const markDelivered = async (sequence: number): Promise<void> => {
    delivered = movedCursor(delivered, sequence, committer.last());
    // The next facts take it along. What goes wrong now, they will tell.
    if (delivered - saved >= MOST_UNSAVED) await commit([]).catch(() => undefined);
  };
  const close = async (): Promise<void> => {
    if (delivered > saved) await commit([]).catch(() => undefined);
    committer.close();
  };
  const inTurn = createTurns();
  return {
    ...{ header, facts },
    append: (added) => inTurn(() => append(added)),
    delivered: () => delivered,
    markDelivered: (sequence) => inTurn(() => markDelivered(sequence)),
    close: () => inTurn(close),
  };
}

/** Writes transactions, until one leaves it unclear what the record holds. */
function createCommitter({ connection, file, content }: StoreParts) {
  let { head } = content;
  let problem: Error | undefined;
  let isClosed = false;
  const inode = inodeOf(file);
  const failed = (error: unknown): Error => {
    rollBack(connection);
    const isFull = isDiskFull(error, path.dirname(file));
    if (isFull && isAt(connection, head)) return full(file, error);
    return (problem = unwritable(file, error));
  };
  return {
    last: () => head.sequence,
    /** @param delivered - where the cursor of delivery has moved to, if it has */
    commit: async (added: readonly Fact[], delivered: number | undefined): Promise<void> => {
      if (isClosed) throw new Error(`${file} is closed`);
      if (inodeOf(file) !== inode) problem ??= lost(file);
      if (problem) throw problem;
      try {
        head = await write(connection, { added, head, delivered });
      } catch (error) {
        throw failed(error);
      }
    },
    close: (): void => {
      if (!isClosed) release(connection);
      isClosed = true;
    },
  };
}

interface Addition {
  readonly added: readonly Fact[];
  readonly head: Head;
  readonly delivered: number | undefined;
}

/** One transaction; on the disk when it resolves. Sessions are not to wait for the disk meanwhile. */
async function write(connection: Connection, { added, head, delivered }: Addition): Promise<Head> {
  connection.exec('BEGIN IMMEDIATE');
  let { sequence, hash } = head;
  for (const fact of added) {
    const row = encodeFact(fact);
    hash = factHash(hash, row);
    sequence = row.sequence;
    connection.run('INSERT INTO facts VALUES (?, ?, ?, ?)', sequence, row.event, row.result, hash);
  }
  if (added.length > 0) connection.run('UPDATE head SET sequence = ?, hash = ?', sequence, hash);
  if (delivered !== undefined) {
    connection.run(
      'UPDATE delivered SET sequence = ?, hash = (SELECT hash FROM facts WHERE sequence = ?)',
      ...[delivered, delivered],
    );
  }
  await connection.execAside('COMMIT');
  return { sequence, hash };
}

/** A write in normal mode takes the journal away; where none can be made, it stays and is void. */
function release(connection: Connection): void {
  quietly(() => connection.exec('PRAGMA locking_mode = NORMAL'));
  quietly(() => connection.exec('BEGIN IMMEDIATE; UPDATE head SET id = 1; COMMIT'));
  rollBack(connection);
  unlock(connection);
}

function rollBack(connection: Connection): void {
  // Some errors have rolled back already.
  quietly(() => connection.exec('ROLLBACK'));
}

/** Whether the record still ends where it did: nothing was appended, and it can be read. */
function isAt(connection: Connection, { sequence, hash }: Head): boolean {
  try {
    const row = connection.row('SELECT sequence, hash FROM head');
    return row?.[0] === sequence && row[1] === hash;
  } catch {
    return false;
  }
}

const lost = (file: string): FoldwiseError =>
  new FoldwiseError(`${file} was removed or replaced while its run went on: the run cannot go on`);

const full = (file: string, cause: unknown): RecordFull =>
  new RecordFull(`there is no space for ${file}: free some on its disk`, { cause });

function unwritable(file: string, error: unknown): FoldwiseError {
  const hint = isSqlite(error, 'SQLITE_READONLY') ? 'it may only be read' : asError(error).message;
  return new FoldwiseError(
    `${file} cannot be written any more (${hint}): once that is mended, resume the run`,
    { cause: error },
  );
}

/** The file by whatever name; undefined where there is none of this name. */
function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}

/** One after the other, whatever becomes of those before. */
function createTurns(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Said by the caller's own doing, or of no consequence.
  }
}
