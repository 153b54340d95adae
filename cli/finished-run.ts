import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunRecord } from '../coordinator/record/record.ts';
import { type Report, reportSchema } from '../coordinator/report/report-schema.ts';

/**
 * The report of a run that has finished and written it; null for any other, also where its
 * coordinator died between the two.
 */
export async function finishedReport(record: RunRecord, folder: string): Promise<Report | null> {
  if (record.facts.at(-1)?.event.type !== 'run.finished') return null;
  try {
    return reportSchema.parse(JSON.parse(await readFile(path.join(folder, 'report.json'), 'utf8')));
  } catch {
    // It is written again.
    return null;
  }
}
