import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { checkOutDir } from '../../cli/out-dir.ts';
import { createRecord } from '../../coordinator/record/open.ts';
import { buildReport } from '../../coordinator/report/report-json.ts';
import { UsageError } from '../../shared/errors.ts';
import type { ProgressEvent } from '../../shared/events.ts';
import { header } from '../coordinator/record/facts.ts';
import { sampleResults } from '../coordinator/report/sample-results.ts';
import { withFolder } from './command-line.ts';

const FINISHED: ProgressEvent = {
  ...{ type: 'run.finished', synthetic: true, bestFold: 0, meanValidationAccuracy: 0.5 },
  ...{ stdValidationAccuracy: 0.1, testLoss: 1, testAccuracy: 0.8125 },
};

async function begin(folder: string, event: ProgressEvent) {
  const record = await createRecord(folder, header);
  const base = { run: header.plan.run, sequence: 1, time: header.createdAt };
  await record.append([{ event: { ...base, ...event } }]);
  return record;
}

const leave = async (folder: string, event: ProgressEvent): Promise<void> =>
  (await begin(folder, event)).close();

async function refusalOf(folder: string): Promise<string> {
  try {
    await checkOutDir(folder);
  } catch (error) {
    if (error instanceof UsageError) return error.message.replaceAll(folder, 'DIR');
  }
  throw new Error('the folder was taken');
}

const NEW = 'A new run needs a new folder';
const resume = 'npx foldwise train --resume DIR';
const byOthers = 'npx foldwise coordinator --out DIR --resume';

test('of a run that was stopped it is said how to go on', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, { type: 'run.cancelled', reason: 'stopped by SIGINT' });
    const how = `the run there is not finished. Go on with "${resume}", or with "${byOthers}"`;
    t.is(await refusalOf(dir), `--out DIR: ${how}. ${NEW}`);
  });
});

test('of a finished run it is said where its report is, or how to get it', async (t) => {
  await withFolder(async (dir) => {
    await leave(dir, FINISHED);
    t.regex(await refusalOf(dir), /finished but for its report\. .* --resume DIR", or with /);
    await writeFile(path.join(dir, 'report.json'), JSON.stringify(buildReport(sampleResults())));
    const finished = 'the run there is finished: see DIR/report.html';
    t.is(await refusalOf(dir), `--out DIR: ${finished}. ${NEW}`);
    await rm(path.join(dir, 'record.db'));
    t.is(await refusalOf(dir), `--out DIR: ${finished}. ${NEW}`, 'of an older Foldwise');
  });
});

test('a run that goes on, has failed or is damaged is no folder to go on in or to remove', async (t) => {
  await withFolder(async (dir) => {
    const record = await begin(dir, { type: 'run.failed', reason: 'fold 1 failed five times' });
    t.is(await refusalOf(dir), `--out DIR: a run goes on there ${more}. ${NEW}`);
    await record.close();
    t.is(await refusalOf(dir), `--out DIR: the run there has failed ${more}. ${NEW}`);
    await writeFile(path.join(dir, 'record.db'), 'lost');
    t.is(
      await refusalOf(dir),
      `--out DIR: the record of the run there cannot be read ${more}. ${NEW}`,
    );
  });
});

const more = '("npx foldwise runs show DIR" says more)';
