import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { checkEngine } from '../../../worker/engine/record.ts';
import { findEngine } from '../../../worker/engine/selection.ts';
import { hasSaid, withWorkshop } from './workshop.ts';

test.serial(
  'an installed engine is selected, whole, and all that is left of its installation',
  (t) =>
    withWorkshop(async ({ engines, start, listFolders }) => {
      const { exitCode, all } = await start();
      t.is(exitCode, 0, all);
      const state = findEngine(engines);
      t.is(state.kind, 'ready');
      t.is((await listFolders()).length, 1);
      if (state.kind !== 'ready') return;
      t.is(state.engine.tensorflow, '2.21.0');
      t.deepEqual(
        state.engine.files.map(({ path: file }) => path.basename(file)),
        [
          'graph.node',
          'quiet.node',
          'tfjs_binding.node',
          'libtensorflow_cc.so.2',
          'libtensorflow_framework.so.2',
        ],
      );
    }),
);

test.serial(
  'a GPU engine without its CUDA libraries fails the proof, by the name of the first',
  (t) =>
    withWorkshop(async ({ engines, start, listFolders }) => {
      // What the scripts lay down is the CPU wheel: it computes, and finds no library of CUDA's.
      const { exitCode, stderr } = await start({}, 'gpu');
      t.is(exitCode, 1);
      t.regex(
        stderr,
        /^EngineError: The CUDA library libcudart\.so\.12, which TensorFlow asks for and the wheel nvidia-cuda-runtime-cu12 should bring, does not load \(.*\), nor do \d+ others\.$/,
      );
      t.is(findEngine(engines).kind, 'none');
      t.deepEqual(await listFolders(), []);
    }),
);

test.serial('a second installation does nothing but look whether the first still works', (t) =>
  withWorkshop(async ({ start, countInstalls }) => {
    await start();
    const { exitCode, all } = await start();
    t.is(exitCode, 0, all);
    t.is(await countInstalls(), 1);
  }),
);

test.serial(
  'an installer killed in the middle leaves nothing that is selected, and a rerun succeeds',
  (t) =>
    withWorkshop(async ({ engines, start, listFolders, expireLock }) => {
      const killed = start({ FAKE_PYTHON: 'hold' });
      await hasSaid(killed, 'Unpacking');
      killed.kill('SIGKILL');
      await killed;
      t.is(findEngine(engines).kind, 'none');
      const [partial = ''] = await listFolders();
      t.regex(partial, /\.partial-/);
      t.true('reason' in checkEngine(path.join(engines, partial)));

      await expireLock();
      const { exitCode, all } = await start();
      t.is(exitCode, 0, all);
      t.is(findEngine(engines).kind, 'ready');
      t.false((await listFolders()).includes(partial), 'the rest of the killed one is removed');
    }),
);

test.serial('of two installers at once one installs and the other waits for it', (t) =>
  withWorkshop(async ({ start, countInstalls, release }) => {
    const first = start({ FAKE_PYTHON: 'hold' });
    await hasSaid(first, 'Unpacking');
    const second = start();
    await hasSaid(second, 'waiting for it');
    await release();
    const results = await Promise.all([first, second]);
    t.deepEqual(
      results.map(({ exitCode }) => exitCode),
      [0, 0],
      results.map(({ all }) => all).join('\n'),
    );
    t.is(await countInstalls(), 1);
  }),
);

test.serial('an interrupted installer ends its tools and leaves no folder behind', (t) =>
  withWorkshop(async ({ engines, start, countRunning, listFolders }) => {
    const installer = start({ FAKE_PYTHON: 'hold' });
    await hasSaid(installer, 'Unpacking');
    installer.kill('SIGINT');
    const { stderr } = await installer;
    t.regex(stderr, /interrupted/);
    t.is(await countRunning(), 0);
    t.deepEqual(await listFolders(), []);
    t.is(findEngine(engines).kind, 'none');
  }),
);

test.serial('an engine that does not load is refused, with the reason, and not selected', (t) =>
  withWorkshop(async ({ engines, start, listFolders }) => {
    const { exitCode, stderr } = await start({ FAKE_COMPILER: 'garbage' });
    t.is(exitCode, 1);
    t.regex(stderr, /^EngineError: The TensorFlow engine in .* does not work:/);
    t.regex(stderr, /invalid ELF header|file too short/);
    t.is(findEngine(engines).kind, 'none');
    t.deepEqual(await listFolders(), []);
  }),
);

test.serial('a truncated library is noticed, and ensureEngine installs anew', (t) =>
  withWorkshop(async ({ engines, start, countInstalls }) => {
    await start();
    const state = findEngine(engines);
    if (state.kind !== 'ready') return t.fail();
    const library = path.join(state.engine.folder, 'wheel/tensorflow/libtensorflow_cc.so.2');
    await rm(library);
    await writeFile(library, 'half');
    const broken = findEngine(engines);
    t.is(broken.kind, 'broken');
    t.regex(
      'reason' in broken ? broken.reason : '',
      /libtensorflow_cc\.so\.2 has 4 bytes, not \d+/,
    );

    const { exitCode, all } = await start({}, 'ensure');
    t.is(exitCode, 0, all);
    t.is(findEngine(engines).kind, 'ready');
    t.is(await countInstalls(), 2);
  }),
);

test.serial('without pip, python3 or g++ the error names the package to install', (t) =>
  withWorkshop(async ({ start, removeTool }) => {
    t.regex((await start({ FAKE_PYTHON: 'no-pip' })).stderr, /needs pip .*python3-pip/);
    await removeTool('python3');
    t.regex((await start()).stderr, /needs python3, .*--libtensorflow DIR.*container image/);
    await removeTool('g++');
    t.regex((await start()).stderr, /needs g\+\+, .*apt-get install g\+\+/, 'before the download');
  }),
);

test.serial('what pip or g++ say about their failure is passed on', (t) =>
  withWorkshop(async ({ start }) => {
    const { stderr } = await start({ FAKE_PYTHON: 'no-network' });
    t.regex(stderr, /^EngineError: pip could not install[^]*No matching distribution[^]*network/);
    t.regex((await start({ FAKE_COMPILER: 'fail' })).stderr, /g\+\+ could not build[^]*error: no/);
  }),
);
