import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { effectiveDataSettings, loadRunData } from '../../../cli/data/run-data.ts';
import { resolveSettings } from '../../../cli/resolve-settings.ts';
import { COMMAND_SETTINGS } from '../../../cli/settings.ts';
import { UsageError } from '../../../shared/errors.ts';
import { csvHeader, tinyCsv } from '../../shared/data/csv-folder.ts';
import { folderOf } from '../../shared/data/idx-folder.ts';

const loading = { note: () => undefined, signal: new AbortController().signal };
const resolve = (flags: Record<string, string>) =>
  resolveSettings(COMMAND_SETTINGS.train, { flags });

/** Thirty images of three classes, no test part. */
async function trainingOnly(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-run-data-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const rows = Array.from({ length: 30 }, (_, image) => `${image % 3},${image},1,2,3`);
  await writeFile(path.join(folder, 'a_train.csv'), [csvHeader(), ...rows].join('\n'));
  return folder;
}

test('a part is held out by fraction and seed of the run, and both are kept', async (t) => {
  const data = await trainingOnly(t);
  const settings = resolve({ data, seed: '9', 'test-fraction': '0.2' });
  const loaded = await loadRunData(settings, loading);
  t.is(loaded.info.test.count, 6);
  t.deepEqual(loaded.info.holdOut, { fraction: 0.2, seed: 9 });
  t.like(effectiveDataSettings(settings.values, loaded), { data, 'test-fraction': 0.2 });
});

test('a seventh is held out unless something else is said', async (t) => {
  const loaded = await loadRunData(resolve({ data: await trainingOnly(t) }), loading);
  t.is(loaded.info.test.count, 4);
  t.deepEqual(loaded.info.holdOut, { fraction: 1 / 7, seed: 0 });
});

test('settings without an effect are not kept', async (t) => {
  const settings = resolve({ data: await folderOf(t, tinyCsv()) });
  const effective = effectiveDataSettings(settings.values, await loadRunData(settings, loading));
  t.is(effective['test-fraction'], undefined);
  t.is(effective['image-size'], undefined);
});

for (const flag of ['test-fraction', 'image-size', 'label-map']) {
  test(`--${flag} is refused where it has no effect`, async (t) => {
    const values = { 'test-fraction': '0.2', 'image-size': '32', 'label-map': 'map.csv' };
    const flags = { data: await folderOf(t, tinyCsv()), [flag]: values[flag as 'image-size'] };
    const error = await t.throwsAsync(loadRunData(resolve(flags), loading), {
      instanceOf: UsageError,
    });
    t.regex(error.message, new RegExp(`^--${flag} .* is for .*: leave it out$`));
  });
}
