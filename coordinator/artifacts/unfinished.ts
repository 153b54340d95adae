import { rm } from 'node:fs/promises';
import path from 'node:path';
import { UNFINISHED } from '../record/schema.ts';
import { entriesOf } from './staging.ts';

/** As write-file-atomic, replaceFile and the log of events name what is about to become one of their files. */
const NAMES =
  /^((report\.html|(report|incomplete|folds)\.json|cv_results\.csv)\.\d+|(events\.ndjson|report\.json)\.new)$/;

/**
 * Removes what coordinators that were killed left of files on the way to their names; for whoever
 * holds the record.
 */
export async function removeUnfinished(outDir: string): Promise<void> {
  for (const name of await entriesOf(outDir)) {
    const isUnfinished = NAMES.test(name) || name.startsWith(UNFINISHED);
    if (isUnfinished) await rm(path.join(outDir, name), { force: true });
  }
}
