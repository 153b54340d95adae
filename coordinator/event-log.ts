import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { hasCode } from '../shared/durable-files.ts';
import { asError } from '../shared/errors.ts';
import type { RecordedEvent } from '../shared/events.ts';
import type { RunRecord } from './record/record.ts';
import { isNoSpace } from './with-space.ts';

export const EVENTS_FILE = 'events.ndjson';

/** `events.ndjson`: one event a line, for people and programs that follow a run. */
export interface EventLog {
  /** Appends an event that the record has; never throws. */
  readonly write: (event: RecordedEvent) => void;
  readonly close: () => void;
}

/**
 * Opens `events.ndjson` and makes it say what the record says: what is missing at its end is
 * added, and a file that says anything else is replaced. The record does not need it: where it
 * cannot be written, the run goes on, and it is mended as soon as it can be.
 *
 * @param onProblem - told once why it cannot be written, but for a full disk, of which the record
 *   tells
 */
export function openEventLog(
  folder: string,
  record: Pick<RunRecord, 'facts'>,
  onProblem: (problem: string) => void = () => undefined,
): EventLog {
  const file = path.join(folder, EVENTS_FILE);
  const open = (): OpenFile => openMended(file, record);
  const writer = createWriter(open, (error) => onProblem(told(file, error)));
  return { write: (event) => writer.write(lineOf(event)), close: writer.close };
}

const lineOf = (event: RecordedEvent): Buffer => Buffer.from(`${JSON.stringify(event)}\n`);

const told = (file: string, error: unknown): string =>
  `${file} cannot be written: ${asError(error).message}; the run goes on without it`;

interface OpenFile {
  readonly descriptor: number;
  readonly sizeBytes: number;
}

function openMended(file: string, { facts }: Pick<RunRecord, 'facts'>): OpenFile {
  const expected = Buffer.concat(facts.map(({ event }) => lineOf(event)));
  const found = contentOf(file);
  if (found !== undefined && isPrefix(found, expected)) {
    const descriptor = openSync(file, 'r+');
    try {
      writeAt(descriptor, expected.subarray(found.length), found.length);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    return { descriptor, sizeBytes: expected.length };
  }
  return { descriptor: replaced(file, expected), sizeBytes: expected.length };
}

function contentOf(file: string): Buffer | undefined {
  try {
    // Reading a pipe would wait for whoever writes to it; it is replaced.
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

const isPrefix = (part: Buffer, whole: Buffer): boolean =>
  part.length <= whole.length && part.equals(whole.subarray(0, part.length));

/** A new file in place of the old one; whoever reads sees one or the other. */
function replaced(file: string, content: Buffer): number {
  const temporary = `${file}.new`;
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx');
  try {
    writeAt(descriptor, content, 0);
    renameSync(temporary, file);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Opens the file at once, if possible, and appends lines; those that find no space wait. */
function createWriter(open: () => OpenFile, onFirstProblem: (error: unknown) => void) {
  let file: OpenFile | undefined;
  let waiting: Buffer[] = [];
  let hasTold = false;
  const flush = (): void => {
    file ??= open();
    if (waiting.length === 0) return;
    const bytes = Buffer.concat(waiting);
    writeAt(file.descriptor, bytes, file.sizeBytes);
    file = { ...file, sizeBytes: file.sizeBytes + bytes.length };
    waiting = [];
  };
  const attempt = (): void => {
    try {
      flush();
    } catch (error) {
      if (hasTold || isNoSpace(error)) return;
      hasTold = true;
      onFirstProblem(error);
    }
  };
  attempt();
  return {
    write: (line: Buffer): void => {
      waiting.push(line);
      attempt();
    },
    close: (): void => {
      attempt();
      if (file !== undefined) closeWhole(file);
    },
  };
}

/** A write that failed may have left a part of a line. */
function closeWhole({ descriptor, sizeBytes }: OpenFile): void {
  try {
    if (fstatSync(descriptor).size > sizeBytes) ftruncateSync(descriptor, sizeBytes);
  } catch {
    // The record has all of it.
  }
  closeSync(descriptor);
}

/** All of the bytes: a single write may be short without failing, on a full disk for one. */
function writeAt(descriptor: number, bytes: Buffer, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}
