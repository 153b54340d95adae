import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../shared/errors.ts';
import { DEFAULT_DIR, type RunsFlags } from './flags.ts';
import { foldersIn } from './list.ts';
import { type ReadRun, readRun } from './read-run.ts';
import { summariseRun } from './summarise-run.ts';

/**
 * Finds the run of a folder, or of an id among the runs of the folder of runs.
 *
 * @throws UsageError where there is none
 */
export async function findRun(name: string, { dir = DEFAULT_DIR }: RunsFlags): Promise<ReadRun> {
  if (name !== '' && (await isFolder(name))) {
    const run = await readRun(name);
    if (run) return run;
    if (!(await isFolder(path.join(dir, name)))) throw notARun(name);
  }
  // A run mostly lies in a folder of its name.
  const folders = await foldersIn(dir, true);
  const likely = folders.filter((folder) => path.basename(folder) === name);
  for (const folder of [...likely, ...folders]) {
    const run = await readRun(folder);
    if (run && summariseRun(run).id === name) return run;
  }
  throw new UsageError(
    `there is no run ${JSON.stringify(name)}: expected the folder of a run, or the id of one in ` +
      `${dir} ("foldwise runs list" names them)`,
  );
}

const notARun = (folder: string): UsageError =>
  new UsageError(`${folder} is not the folder of a run: it holds no record, events or report`);

const isFolder = async (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
