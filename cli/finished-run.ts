import { access } from 'node:fs/promises';
import path from 'node:path';
import { CheckpointStore } from '../coordinator/artifacts/checkpoints.ts';
import { modelProblem } from '../coordinator/artifacts/model-problem.ts';
import { ModelStore } from '../coordinator/artifacts/models.ts';
import { removeUnfinished } from '../coordinator/artifacts/unfinished.ts';
import type { RunRecord } from '../coordinator/record/record.ts';
import type { Report } from '../coordinator/report/report-schema.ts';
import type { ModelInfo } from '../shared/domain.ts';
import type { RecordedEvent } from '../shared/events.ts';
import { readReport } from './runs/read-files.ts';

type Finish = Extract<RecordedEvent, { readonly type: 'run.finished' }>;
type Known = Pick<RunRecord, 'header' | 'facts'>;

/** What there is to tell of a run that has finished; undefined of any other. */
export function finishOf({ facts }: Pick<RunRecord, 'facts'>): Finish | undefined {
  const last = facts.at(-1)?.event;
  return last?.type === 'run.finished' ? last : undefined;
}

/**
 * The report of a run that has finished and written its results; null for any other, also where
 * its coordinator died between the two, or something of them is no longer there: then they are
 * written again.
 */
export async function finishedReport(record: Known, folder: string): Promise<Report | null> {
  if (finishOf(record) === undefined) return null;
  const report = await readReport(folder);
  if (report?.run.id !== record.header.plan.run || !(await hasResults(record, folder))) return null;
  await removeLeftovers(folder);
  return report;
}

/** The models of the folds are not read for it: of many they are large. */
async function hasResults(record: Known, folder: string): Promise<boolean> {
  const model = selectedModel(record);
  try {
    for (const name of ['report.html', 'cv_results.csv', 'folds.json']) {
      await access(path.join(folder, name));
    }
    if (model === undefined) return false;
    return (await modelProblem(path.join(folder, 'model'), model)) === undefined;
  } catch {
    return false;
  }
}

function selectedModel(record: Known): ModelInfo | undefined {
  const best = finishOf(record)?.bestFold;
  const result = record.facts.find(
    ({ event }) => event.type === 'fold.completed' && event.fold === best,
  )?.result;
  return result && 'model' in result ? result.model : undefined;
}

/** Of a coordinator that died when all was written; they harm nobody where they have to stay. */
async function removeLeftovers(folder: string): Promise<void> {
  try {
    await removeUnfinished(folder);
    await new ModelStore(folder).sweep();
    await new CheckpointStore(folder).clear();
  } catch {
    // A run that is only told of need not be in a folder that can be written to.
  }
}
