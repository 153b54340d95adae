import { plain } from '../report/format.ts';
import { DataError, FoldwiseError } from '../../shared/errors.ts';

/** Another process has the record open. */
export class RecordInUse extends FoldwiseError {
  override readonly name = 'RecordInUse';
}

export const inUse = (file: string): RecordInUse =>
  new RecordInUse(
    `${file} is in use by another coordinator, and a run has only one; on which machine it runs ` +
      'is not known here. Stop it, or wait for its end; its lock goes with it, however it ends',
  );

export const notARecord = (file: string, why: string): DataError =>
  new DataError(
    `${file} is not the record of a run of Foldwise (${why}): name the folder of a run, or a new one`,
  );

/** @param versions - of the schema: that of the file, and the newest that this program knows */
export const tooNew = (
  file: string,
  versions: { readonly found: number; readonly known: number },
): DataError =>
  new DataError(
    `${file} was written by a newer Foldwise: its schema is version ${versions.found}, this ` +
      `program knows version ${versions.known}. Use the version that wrote it, or a newer one`,
  );

/** @param what - which part, what was expected and what is there */
export const damaged = (file: string, what: string, cause?: unknown): DataError =>
  new DataError(
    `${file} is damaged: ${oneLine(what)}. Nothing of it is guessed at: restore the folder from a copy, or ` +
      'begin a new run',
    { cause },
  );

/** What a damaged file says may be anything. */
const oneLine = (text: string): string => plain(text.replaceAll(/\s+/g, ' '));
