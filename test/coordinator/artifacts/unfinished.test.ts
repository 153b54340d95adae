import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { removeUnfinished } from '../../../coordinator/artifacts/unfinished.ts';

test('what killed coordinators left of files on the way to their names is removed, and no other', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-unfinished-'));
  const kept = ['events.ndjson', 'folds.json', 'folds.json.old', 'notes.1', 'record.db'];
  const left = [
    ...['folds.json.2445480077', 'report.html.1', 'report.json.1', 'incomplete.json.1'],
    ...[
      'cv_results.csv.1',
      'events.ndjson.new',
      'report.json.new',
      'record.db.new-a1',
      'record.db.new-a1-journal',
    ],
  ];
  try {
    for (const name of [...kept, ...left]) await writeFile(path.join(folder, name), '');
    await removeUnfinished(folder);
    t.deepEqual((await readdir(folder)).sort(), kept);
    await t.notThrowsAsync(removeUnfinished(path.join(folder, 'none')));
  } finally {
    await rm(folder, { recursive: true });
  }
});
