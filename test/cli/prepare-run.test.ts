import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { parseConfig } from '../../cli/config-file.ts';
import { prepareRun } from '../../cli/prepare-run.ts';
import { resolveSettings } from '../../cli/resolve-settings.ts';
import { COMMAND_SETTINGS } from '../../cli/settings.ts';
import { settingsLines } from '../../cli/settings-lines.ts';
import { renderFoldsFile } from '../../shared/fold-map.ts';
import { withFolder } from './command-line.ts';

const prepare = (flags: Record<string, string>, values: Record<string, unknown> = {}) =>
  prepareRun(
    resolveSettings(COMMAND_SETTINGS.train, { flags, file: { path: 'run.yaml', values } }),
    {},
  );

test('a run is prepared from its settings, and the folder for results is made', async (t) => {
  await withFolder(async (folder) => {
    const out = path.join(folder, 'a/run');
    const flags = {
      limit: '60',
      folds: '4',
      workers: '3',
      threads: '2',
      seed: '9',
      run: 'mine',
      out,
    };
    const prepared = await prepare(flags);
    t.like(prepared.plan, { run: 'mine', k: 4, seed: 9, threads: 2, stratified: true });
    t.is(prepared.plan.dataset.train.count, 60);
    t.is(prepared.workers, 3);
    t.is(prepared.outDir, out);
    t.deepEqual(await readdir(out), []);
    for (const line of settingsLines({ ...prepared, outDir: 'runs/mine' }))
      t.true(line.length < 80);
  });
});

test('the settings a run had make the same plan again', async (t) => {
  await withFolder(async (out) => {
    const flags = { limit: '60', folds: '2', lr: '0.01', 'lr-schedule': 'constant', threads: '1' };
    const first = await prepare({ ...flags, out });
    const config = parseConfig(JSON.stringify(first.config), 'config.json');
    const second = await prepare({ out, run: first.plan.run }, config);
    t.deepEqual(second.plan, first.plan);
    t.deepEqual(second.config, first.config);
  });
});

test('the folds of an earlier run are taken as they are', async (t) => {
  await withFolder(async (folder) => {
    const first = await prepare({ limit: '60', folds: '2', out: path.join(folder, 'one') });
    const file = path.join(folder, 'folds.json');
    const { plan } = first;
    await writeFile(file, renderFoldsFile({ ...plan, dataset: plan.dataset.digest }));
    const flags = { limit: '60', 'fold-map': file, out: path.join(folder, 'two'), run: plan.run };
    const second = await prepare(flags);
    t.deepEqual(second.plan, first.plan);
  });
});
