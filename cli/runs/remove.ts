import { lstat, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { EVENTS_FILE } from '../../coordinator/event-log.ts';
import { openLocked, unlock } from '../../coordinator/record/lock.ts';
import { recordExists } from '../../coordinator/record/open-record.ts';
import { RecordInUse } from '../../coordinator/record/refusals.ts';
import { RECORD_FILE } from '../../coordinator/record/schema.ts';
import { plain } from '../../coordinator/report/format.ts';
import { fileProblem } from '../../shared/data/file-problem.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../json-line.ts';
import { findRun } from './find-run.ts';
import type { RunsFlags } from './flags.ts';
import { summariseRun } from './summarise-run.ts';

/** Whoever only reads the record is soon done. */
const PATIENCE_MS = 500;

/** What a run leaves in its folder, the record last: while it is there, the folder is a run's. */
const ENTRIES = [
  ...['folds', 'model', 'checkpoints', '.staging', 'logs'],
  ...['report.html', 'report.json', 'incomplete.json', 'folds.json'],
  ...[EVENTS_FILE, RECORD_FILE],
];

/**
 * Removes a run: what it has left in its folder, and the folder where nothing else is in it.
 *
 * @throws UsageError where there is no such run; FoldwiseError where it is running
 */
export async function removeRun(name: string, flags: RunsFlags, context: Context): Promise<void> {
  const run = await findRun(name, flags);
  const { id, folder } = summariseRun(run);
  const release = await holdRun(folder);
  const kept = await removeEntries(folder).finally(release);
  const { stdout } = context;
  if (flags.json) return void stdout.write(`${jsonLine({ schema: 1, id, folder, kept })}\n`);
  stdout.write(`Removed run ${plain(id)} in ${plain(folder)}\n`);
  if (kept.length > 0) stdout.write(`Kept what is not of the run: ${kept.map(plain).join(', ')}\n`);
}

/** Sees to it that no coordinator goes on with the run meanwhile. */
async function holdRun(folder: string): Promise<() => void> {
  if (!(await recordExists(folder))) return () => undefined;
  try {
    const connection = await openLocked(path.join(folder, RECORD_FILE), {
      patienceMs: PATIENCE_MS,
    });
    return () => unlock(connection);
  } catch (error) {
    if (error instanceof RecordInUse) {
      throw new FoldwiseError(`the run in ${folder} is running: stop its coordinator first`);
    }
    // What cannot be opened by a coordinator either needs no lock.
    return () => undefined;
  }
}

/** @returns what is left, which is not of the run */
async function removeEntries(folder: string): Promise<string[]> {
  const real = await realpath(folder);
  try {
    const found = await readdir(real);
    for (const entry of ENTRIES) {
      for (const name of found.filter((each) => isPartOf(entry, each))) {
        await rm(path.join(real, name), { recursive: true, force: true });
      }
    }
    const kept = await readdir(real);
    if (kept.length > 0) return kept;
    await rmdir(real);
    if ((await lstat(folder).catch(() => undefined))?.isSymbolicLink()) await rm(folder);
    return [];
  } catch (error) {
    throw fileProblem(error, folder);
  }
}

/** The entry itself, its journal, or a file that was to become it. */
const isPartOf = (entry: string, name: string): boolean =>
  name === entry || name.startsWith(`${entry}.`) || name === `${entry}-journal`;
