import { readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { parseConfig } from '../../cli/config-file.ts';
import { prepareRun } from '../../cli/prepare-run.ts';
import { resolveSettings } from '../../cli/resolve-settings.ts';
import { COMMAND_SETTINGS } from '../../cli/settings.ts';
import { settingsLines } from '../../cli/settings-lines.ts';
import { writeProducts } from '../../shared/data/write-products.ts';
import { DataError, UsageError } from '../../shared/errors.ts';
import { renderFoldsFile } from '../../shared/fold-map.ts';
import { withFolder } from './command-line.ts';

const surroundings = {
  env: {},
  note: () => undefined,
  signal: new AbortController().signal,
};

const prepare = (flags: Record<string, string>, values: Record<string, unknown> = {}) =>
  prepareRun(
    resolveSettings(COMMAND_SETTINGS.train, { flags, file: { path: 'run.yaml', values } }),
    surroundings,
  );

test('a run is prepared from its settings, and the folder for results is made', async (t) => {
  await withFolder(async (folder) => {
    const out = path.join(folder, 'a/run');
    const flags = {
      limit: '60',
      transfer: 'none',
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

test('a batch that takes all images at once is told, as it teaches little', async (t) => {
  await withFolder(async (folder) => {
    const told = async (batchSize: string): Promise<string | undefined> => {
      const out = path.join(folder, batchSize);
      const flags = { limit: '60', folds: '3', 'batch-size': batchSize, transfer: 'none', out };
      const { plan } = await prepare(flags);
      return settingsLines({ plan, outDir: out }).find((line) => /batches/.test(line));
    };
    t.regex((await told('40'))!, /, batches of 40 \(one step an epoch\), /);
    t.regex((await told('39'))!, /, batches of 39, /);
  });
});

test('the GPUs that workers share are told', async (t) => {
  await withFolder(async (folder) => {
    const out = path.join(folder, 'run');
    const { plan } = await prepare({ limit: '60', folds: '2', transfer: 'none', out });
    const told = (workers: number, gpus: readonly string[]) =>
      settingsLines({ plan, outDir: 'out', workers, gpus }).find((line) => /workers/.test(line));
    t.regex(told(4, ['0', '1'])!, /^ {2}workers {3}4, \d+ threads? each, on 2 GPUs$/);
    t.regex(told(1, ['0', '1'])!, /, on 1 GPU$/);
    t.regex(told(4, [])!, / each$/);
  });
});

test('XLA is part of the plan where it is asked for, and needs something to compile', async (t) => {
  await withFolder(async (folder) => {
    const flags = { limit: '60', folds: '2', transfer: 'none', out: path.join(folder, 'run') };
    const { plan, config } = await prepare(flags, { xla: true });
    t.true(plan.xla);
    t.true(config['xla']);
    const without = await prepare({ ...flags, out: path.join(folder, 'other') });
    t.false('xla' in without.plan || 'xla' in without.config);
    await t.throwsAsync(prepare({ ...flags, step: 'eager' }, { xla: true }), {
      instanceOf: UsageError,
      message: /^--xla: expected the compiled step/,
    });
  });
});

test('the settings a run had make the same plan again', async (t) => {
  await withFolder(async (out) => {
    const shape = { limit: '60', folds: '2', transfer: 'none' };
    const flags = { ...shape, lr: '0.01', 'lr-schedule': 'constant', threads: '1' };
    const first = await prepare({ ...flags, out });
    const config = parseConfig(JSON.stringify(first.config), 'config.json');
    const second = await prepare({ out, run: first.plan.run }, config);
    t.deepEqual(second.plan, first.plan);
    t.deepEqual(second.config, first.config);
  });
});

test('the folds of an earlier run are taken as they are', async (t) => {
  await withFolder(async (folder) => {
    const small = { limit: '60', folds: '2', transfer: 'none' };
    const first = await prepare({ ...small, out: path.join(folder, 'one') });
    const file = path.join(folder, 'folds.json');
    const { plan } = first;
    await writeFile(file, renderFoldsFile({ ...plan, dataset: plan.dataset.digest }));
    const flags = {
      limit: '60',
      transfer: 'none',
      'fold-map': file,
      out: path.join(folder, 'two'),
      run: plan.run,
    };
    const second = await prepare(flags);
    t.deepEqual(second.plan, first.plan);
  });
});

test('a run on drawn images has pictures drawn in another style for the transfer', async (t) => {
  await withFolder(async (folder) => {
    const flags = { limit: '60', folds: '2', out: path.join(folder, 'run') };
    const prepared = await prepare(flags);
    const { plan, transfer, config } = prepared;
    t.is(config['transfer'], 'synthetic');
    t.like(plan.transfer, { name: 'synthetic', synthetic: true });
    t.is(plan.transfer?.paper.count, transfer?.sources.length);
    t.is(plan.transfer?.fit.count, transfer?.fit.labels.length);
    t.not(plan.transfer?.paper.digest, plan.transfer?.fit.digest);
    const lines = settingsLines({ ...prepared, outDir: 'runs/mine' });
    t.regex(
      lines.join('\n'),
      /^ {2}transfer {2}synthetic, drawn by a program: \d+ pictures, made two/m,
    );
    for (const line of lines) t.true(line.length < 80);
  });
});

test('the network of a file is part of the plan, and told', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'a rather long name of a network of my own.json');
    const layers = [
      { class_name: 'Flatten', config: { batch_input_shape: [null, 28, 28, 1] } },
      { class_name: 'Dense', config: { units: 10, activation: 'softmax' } },
    ];
    await writeFile(file, JSON.stringify({ class_name: 'Sequential', config: { layers } }));
    const flags = { limit: '60', folds: '2', transfer: 'none', architecture: file, step: 'eager' };
    const prepared = await prepare({ ...flags, out: path.join(folder, 'run') });
    const { plan, network, config } = prepared;
    t.is(plan.step, 'eager');
    t.regex(plan.architecture!, /^\{"modelTopology":.*"name":"dense_1"/);
    t.like(network, { name: path.basename(file), layers: 2, parameters: 7850 });
    t.like(config, { architecture: file, step: 'eager' });
    t.false('dropout' in config);
    const lines = settingsLines({ ...prepared, outDir: 'runs/mine' });
    t.true(
      lines.includes('  network   a rather long name of a netwo…: 2 layers, 7,850 parameters'),
    );
    for (const line of lines) t.true(line.length < 80, line);
    t.notRegex(lines.join(), /dropout/);
  });
});

test('no transfer is no transfer', async (t) => {
  await withFolder(async (folder) => {
    const flags = { limit: '60', folds: '2', transfer: 'none', out: path.join(folder, 'run') };
    const { plan, transfer, config } = await prepare(flags);
    t.is(config['transfer'], 'none');
    t.is(plan.transfer, undefined);
    t.is(transfer, undefined);
  });
});

test('pictures that are not there are told of before anything is made', async (t) => {
  await withFolder(async (folder) => {
    const nowhere = path.join(folder, 'nowhere');
    const flags = { limit: '60', folds: '2', transfer: nowhere, out: path.join(folder, 'run') };
    const error = await t.throwsAsync(prepare(flags), { instanceOf: DataError });
    t.true(error.message.includes(nowhere), error.message);
    t.deepEqual(await readdir(folder), []);
  });
});

test('pictures that the model is trained on are no transfer, by whatever name', async (t) => {
  await withFolder(async (folder) => {
    const data = path.join(folder, 'products');
    const link = path.join(folder, 'link');
    await writeProducts(data, { seed: 1, count: 60, onProduct: () => Promise.resolve() });
    await symlink(data, link);
    const flags = { data, folds: '2', transfer: link, out: path.join(folder, 'run') };
    const error = await t.throwsAsync(prepare(flags), { instanceOf: UsageError });
    t.regex(error.message, /--transfer .*link: these are the pictures of --data/);
    t.false((await readdir(folder)).includes('run'));
  });
});
