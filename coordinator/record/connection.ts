import type Database from 'libsql';
import type AsideDatabase from 'libsql/promise';
import { asError, FoldwiseError } from '../../shared/errors.ts';

export type Value = string | number | null;

/** An open database; everything it throws that SQLite says has a {@link sqliteCode}. */
export interface Connection {
  /** Runs statements that give no rows. */
  readonly exec: (sql: string) => void;
  /** The same in another thread: while it waits for the disk, this one goes on. */
  readonly execAside: (sql: string) => Promise<void>;
  /** Runs one statement, which is kept for the next time. */
  readonly run: (sql: string, ...values: readonly Value[]) => void;
  /** The rows of one statement, each the values of its columns. */
  readonly rows: (sql: string, ...values: readonly Value[]) => Iterable<readonly unknown[]>;
  readonly row: (sql: string, ...values: readonly Value[]) => readonly unknown[] | undefined;
  /**
   * Closes the database, perhaps a little later: the library does so once its statements are
   * collected. A lock has to be given back before.
   */
  readonly close: () => void;
}

/**
 * Opens a database file; the only place that knows libsql. Nothing is read yet.
 *
 * @throws FoldwiseError where the library is not installed for this machine, or may not open it
 */
export async function connect(file: string): Promise<Connection> {
  const [Sqlite, Aside] = await loadLibrary();
  const database = opened(() => new Sqlite(file, { timeout: 0 }), file);
  // Both interfaces of the library are made of the same open database.
  const aside = Object.assign(Object.create(Aside.prototype) as AsideDatabase, {
    db: (database as unknown as { readonly db: unknown }).db,
  });
  const statements = new Map<string, Database.Statement>();
  const prepared = (sql: string): Database.Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const rows = (sql: string, ...values: readonly Value[]): Iterable<readonly unknown[]> =>
    prepared(sql).raw().iterate(values) as Iterable<readonly unknown[]>;
  return {
    exec: (sql) => void database.exec(sql),
    execAside: async (sql) => void (await aside.exec(sql)),
    run: (sql, ...values) => void prepared(sql).run(values),
    rows,
    row: (sql, ...values) => [...rows(sql, ...values)][0],
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

/** The library tells what hinders it to open a file in a text of its own. */
function opened(open: () => Database.Database, file: string): Database.Database {
  try {
    return open();
  } catch (error) {
    if (sqliteCode(error) !== '') throw error;
    throw new FoldwiseError(
      `${file} cannot be opened: let this user read and write it, and its folder`,
      { cause: error },
    );
  }
}

/** What SQLite calls an error, such as SQLITE_BUSY; empty for errors of others. */
export function sqliteCode(thrown: unknown): string {
  const error = asError(thrown);
  return 'code' in error && String(error.code).startsWith('SQLITE_') ? String(error.code) : '';
}

/** Whether it is this error of SQLite, or one of its kinds: SQLITE_IOERR_WRITE is a SQLITE_IOERR. */
export function isSqlite(thrown: unknown, code: string): boolean {
  const found = sqliteCode(thrown);
  return found === code || found.startsWith(`${code}_`);
}

async function loadLibrary(): Promise<[typeof Database, typeof AsideDatabase]> {
  try {
    return [(await import('libsql')).default, (await import('libsql/promise')).default];
  } catch (error) {
    throw new FoldwiseError(
      `the database of runs cannot be loaded (${asError(error).message}): install Foldwise with ` +
        `its optional packages, which bring the one for ${process.platform} on ${process.arch}`,
      { cause: error },
    );
  }
}
