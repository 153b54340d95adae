/** How a record lies in its database. Pure. */

/** In the folder of a run. */
export const RECORD_FILE = 'record.db';

/** How the names of files begin that are to become records. */
export const UNFINISHED = 'record.db.new-';

/** "Fold", in the header of the file: tells records from other databases. */
export const APPLICATION_ID = 0x466f6c64;

/** Raised whenever an older program could not read what a newer one writes. */
export const SCHEMA_VERSION = 1;

/**
 * `head` tells where the chain of hashes ends, so that rows missing at the end are noticed.
 * `delivered` holds the hash of the fact it names, so that it fits no other record.
 */
export const TABLES: readonly string[] = [
  'CREATE TABLE header (id INTEGER PRIMARY KEY, json TEXT NOT NULL, hash TEXT NOT NULL) STRICT',
  'CREATE TABLE facts (sequence INTEGER PRIMARY KEY, event TEXT NOT NULL, result TEXT, hash TEXT NOT NULL) STRICT',
  'CREATE TABLE head (id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT',
  'CREATE TABLE delivered (id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT',
];
