import path from 'node:path';
import { openLocked, unlock } from '../../coordinator/record/lock.ts';
import { recordExists } from '../../coordinator/record/open-record.ts';
import { RecordInUse } from '../../coordinator/record/refusals.ts';
import { RECORD_FILE } from '../../coordinator/record/schema.ts';
import { plain } from '../../coordinator/report/format.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../json-line.ts';
import { findRun } from './find-run.ts';
import type { RunsFlags } from './flags.ts';
import { removeFiles } from './remove-files.ts';
import { summariseRun } from './summarise-run.ts';

/** Whoever only reads the record is soon done. */
const PATIENCE_MS = 500;

/**
 * Removes a run: what it has left in its folder, and the folder where nothing else is in it.
 *
 * @throws UsageError where there is no such run; FoldwiseError where it is running
 */
export async function removeRun(name: string, flags: RunsFlags, context: Context): Promise<void> {
  const run = await findRun(name, flags);
  const { id, folder } = summariseRun(run);
  const release = await holdRun(folder);
  const kept = await removeFiles(folder).finally(release);
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
      throw new FoldwiseError(
        `the run in ${folder} is running: stop it first (Ctrl-C in its terminal, or SIGTERM)`,
      );
    }
    // What cannot be opened by a coordinator either needs no lock.
    return () => undefined;
  }
}
