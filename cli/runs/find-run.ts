import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../shared/errors.ts';
import { DEFAULT_DIR, type RunsFlags } from './flags.ts';
import { foldersIn } from './list.ts';
import { type ReadRun, readRun } from './read-run.ts';
import { summariseRun } from './summarise-run.ts';

/**
 * Finds the run of a folder, or of an id among the runs of the folder of runs.
 *
 * @throws UsageError where there is none, or several
 */
export async function findRun(name: string, { dir = DEFAULT_DIR }: RunsFlags): Promise<ReadRun> {
  if (name !== '' && (await isFolder(name))) {
    const run = await readRun(name);
    if (run) return run;
    if (!(await isFolder(path.join(dir, name)))) throw notARun(name);
  }
  const found = await runsOf(name, dir);
  const [only, ...others] = [...found.values()];
  if (only && others.length === 0) return only;
  if (only) throw ambiguous(name, [only, ...others]);
  throw new UsageError(
    `there is no run ${JSON.stringify(name)}: expected the folder of a run, or the id of one in ` +
      `${dir} ("foldwise runs list" names them)`,
  );
}

/** The runs of an id, each folder once however many links lead to it. */
async function runsOf(id: string, dir: string): Promise<ReadonlyMap<string, ReadRun>> {
  const found = new Map<string, ReadRun>();
  for (const folder of await foldersIn(dir, true)) {
    const run = await readRun(folder);
    if (!run || summariseRun(run).id !== id) continue;
    const real = await realpath(folder);
    // Of several names, that of the run.
    if (!found.has(real) || path.basename(folder) === id) found.set(real, run);
  }
  return found;
}

const ambiguous = (name: string, runs: readonly ReadRun[]): UsageError => {
  const folders = runs.map(({ folder }) => folder).toSorted();
  return new UsageError(
    `${JSON.stringify(name)} is the id of ${folders.length} runs: give the folder of one, ` +
      folders.join(', '),
  );
};

const notARun = (folder: string): UsageError =>
  new UsageError(`${folder} is not the folder of a run: it holds no record, events or report`);

const isFolder = async (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
