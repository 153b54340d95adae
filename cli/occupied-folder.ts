import path from 'node:path';
import { UsageError } from '../shared/errors.ts';
import { describeRun, type RunDescription } from './runs/describe-run.ts';
import { readRun } from './runs/read-run.ts';
import { quotedPath } from './shown-path.ts';

/** What to say of a folder for the results of a new run that has something in it. */
export async function occupied(folder: string): Promise<UsageError> {
  const run = await readRun(folder);
  if (run === undefined) {
    return new UsageError(
      `--out ${folder}: the folder is not empty. Results of different runs are not mixed: ` +
        'name a new folder, or remove this one',
    );
  }
  return new UsageError(
    `--out ${folder}: ${story(describeRun(run))}. A new run needs a new folder`,
  );
}

/** What became of the run in it, and how to go on with it or see what came out. */
function story({ state, folder, resume: [own, others] }: RunDescription): string {
  const isFinished = state === 'finished';
  if (own !== undefined && others !== undefined) {
    const how = isFinished
      ? 'is finished but for its report. Have it written'
      : 'is not finished. Go on';
    return `the run there ${how} with "${own}", or with "${others}"`;
  }
  if (isFinished) return `the run there is finished: see ${path.join(folder, 'report.html')}`;
  return `${OTHERS[state]} ("npx foldwise runs show ${quotedPath(folder)}" says more)`;
}

const OTHERS = {
  running: 'a run goes on there',
  failed: 'the run there has failed',
  // Of a Foldwise that kept no record.
  stopped: 'the run there was stopped',
  unreadable: 'the record of the run there cannot be read',
} as const;
