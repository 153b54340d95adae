import type { RunRecord } from '../coordinator/record/record.ts';
import type { Report } from '../coordinator/report/report-schema.ts';
import { readReport } from './runs/read-files.ts';

/**
 * The report of a run that has finished and written it; null for any other, also where its
 * coordinator died between the two.
 */
export async function finishedReport(record: RunRecord, folder: string): Promise<Report | null> {
  if (record.facts.at(-1)?.event.type !== 'run.finished') return null;
  // Where it cannot be read it is written again.
  return (await readReport(folder)) ?? null;
}
