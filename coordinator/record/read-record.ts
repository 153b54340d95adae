import { z } from 'zod';
import { asError } from '../../shared/errors.ts';
import { factHash, headerHash } from './chain.ts';
import type { Connection } from './connection.ts';
import { decodeFact } from './fact-rows.ts';
import { headerSchema } from './header-schema.ts';
import type { Fact, RunHeader } from './record.ts';
import { damaged, notARecord, tooNew } from './refusals.ts';
import { APPLICATION_ID, SCHEMA_VERSION, TABLES } from './schema.ts';

/** Where a chain of facts ends; for no facts, the header is its end. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** All that a record says. */
export interface RecordContent {
  readonly header: RunHeader;
  readonly facts: readonly Fact[];
  readonly head: Head;
  readonly delivered: number;
}

/**
 * Reads a record from its first byte to its last, and believes none of it that does not fit.
 *
 * @param file - named in messages
 * @throws DataError where it is no record, a newer one, or damaged; else what SQLite says
 */
export function readRecord(connection: Connection, file: string): RecordContent {
  checkKind(connection, file);
  checkPages(connection, file);
  return readRows(connection, file);
}

function checkKind(connection: Connection, file: string): void {
  const application = numberOf(connection, 'PRAGMA application_id');
  if (application !== APPLICATION_ID) throw notARecord(file, 'it does not say so');
  const version = numberOf(connection, 'PRAGMA user_version');
  if (version > SCHEMA_VERSION) throw tooNew(file, { found: version, known: SCHEMA_VERSION });
  if (version < SCHEMA_VERSION) throw damaged(file, `it has schema version ${version}`);
  const mode = connection.row('PRAGMA journal_mode')?.[0];
  if (mode !== 'delete') throw damaged(file, `it is in journal mode ${String(mode)}, not delete`);
}

/** The structure of the database, then whether its tables are ours. */
function checkPages(connection: Connection, file: string): void {
  const found = textOf(connection.row(INTEGRITY)?.[0]);
  if (found !== 'ok') throw damaged(file, found);
  const tables = [...connection.rows(SCHEMA)].map(([sql]) => textOf(sql));
  const isOurs = tables.length === TABLES.length && tables.every((sql, at) => sql === TABLES[at]);
  if (!isOurs) throw damaged(file, 'its tables are not those that were made');
}

function readRows(connection: Connection, file: string): RecordContent {
  const header = readHeader(connection, file);
  const cursor = readHead(connection, file, 'delivered');
  const facts: Fact[] = [];
  let { hash } = header;
  let deliveredHash = hash;
  for (const values of connection.rows(FACTS)) {
    const sequence = facts.length + 1;
    const fact = readFact(values, { file, sequence, previous: hash });
    facts.push(fact.fact);
    hash = fact.hash;
    if (sequence === cursor.sequence) deliveredHash = hash;
  }
  const head = readHead(connection, file, 'head');
  if (head.sequence !== facts.length || head.hash !== hash) {
    const last = `expected fact ${head.sequence} with hash ${head.hash} to be the last`;
    throw damaged(file, `${last}, found fact ${facts.length} with hash ${hash}`);
  }
  if (cursor.sequence > facts.length || cursor.hash !== deliveredHash) {
    throw damaged(file, `its cursor of delivery names a fact ${cursor.sequence} that is not there`);
  }
  return { header: header.header, facts, head, delivered: cursor.sequence };
}

/** Texts are read as bytes: the library ends the process over bytes that are no text. */
const INTEGRITY = 'SELECT CAST(integrity_check AS BLOB) FROM pragma_integrity_check(1)';
const SCHEMA = 'SELECT CAST(sql AS BLOB) FROM sqlite_schema ORDER BY rowid';
const HEADER = 'SELECT id, CAST(json AS BLOB), CAST(hash AS BLOB) FROM header';
const FACTS =
  'SELECT sequence, CAST(event AS BLOB), CAST(result AS BLOB), CAST(hash AS BLOB) FROM facts ' +
  'ORDER BY sequence';

/** Whatever a damaged file holds, as text. */
const textOf = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString('utf8') : String(value);

function readHeader(
  connection: Connection,
  file: string,
): { readonly header: RunHeader; readonly hash: string } {
  const rows = [...connection.rows(HEADER)];
  const [id, json, hash] = rows[0] ?? [];
  if (rows.length !== 1 || id !== 1 || !Buffer.isBuffer(json)) {
    throw damaged(file, `expected one header, found ${rows.length}`);
  }
  const computed = headerHash(json);
  if (textOf(hash) !== computed) throw damaged(file, 'its header is not as it was written');
  try {
    const header: unknown = JSON.parse(textOf(json));
    headerSchema.parse(header);
    return { header: header as RunHeader, hash: computed };
  } catch (error) {
    throw damaged(file, `its header cannot be read: ${describe(error)}`, error);
  }
}

function readHead(connection: Connection, file: string, table: 'head' | 'delivered'): Head {
  const rows = [...connection.rows(`SELECT id, sequence, CAST(hash AS BLOB) FROM ${table}`)];
  const [id, sequence, hash] = rows[0] ?? [];
  const isRow = rows.length === 1 && id === 1 && typeof sequence === 'number';
  if (isRow) return { sequence, hash: textOf(hash) };
  throw damaged(file, `expected one row in its table "${table}", found ${rows.length}`);
}

interface Place {
  readonly file: string;
  readonly sequence: number;
  readonly previous: string;
}

function readFact(
  values: readonly unknown[],
  { file, sequence, previous }: Place,
): { readonly fact: Fact; readonly hash: string } {
  const [found, event, result, stored] = values;
  if (
    found !== sequence ||
    !Buffer.isBuffer(event) ||
    !(result === null || Buffer.isBuffer(result))
  ) {
    throw damaged(file, `expected fact ${sequence}, found fact ${String(found)}`);
  }
  const hash = factHash(previous, { sequence, event, result });
  if (hash !== textOf(stored)) {
    throw damaged(
      file,
      `fact ${sequence} is not as it was written: expected hash ${hash}, found ${textOf(stored)}`,
    );
  }
  try {
    const fact = decodeFact({
      sequence,
      event: textOf(event),
      result: result === null ? null : textOf(result),
    });
    if (fact.event.sequence === sequence) return { fact, hash };
  } catch (error) {
    throw damaged(file, `fact ${sequence} cannot be read: ${describe(error)}`, error);
  }
  throw damaged(file, `fact ${sequence} says that it is another one`);
}

const numberOf = (connection: Connection, sql: string): number =>
  Number(connection.row(sql)?.[0] ?? 0);

/** The first complaint, in one line. */
function describe(thrown: unknown): string {
  if (thrown instanceof z.ZodError) {
    const [issue] = thrown.issues;
    if (issue) return `${issue.path.join('.') || 'it'}: ${issue.message}`;
  }
  return asError(thrown).message;
}
