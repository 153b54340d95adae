import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { ModelStore } from '../../../coordinator/artifacts/models.ts';
import { FoldwiseError } from '../../../shared/errors.ts';
import { chunksOf, modelOf, someBytes, worker } from '../../helpers/with-transfers.ts';

const bytes = someBytes(300_000);
const content = modelOf(bytes);
const accepted = { fold: 3, attempt: 2, model: content.info };

async function withStore(use: (outDir: string, store: ModelStore) => Promise<void>) {
  const outDir = await mkdtemp(path.join(tmpdir(), 'foldwise-models-'));
  try {
    await use(outDir, new ModelStore(outDir));
  } finally {
    await rm(outDir, { recursive: true });
  }
}

async function bring(store: ModelStore, attempt = 2, weights = bytes): Promise<void> {
  const { info: model, topology } = modelOf(weights);
  const incoming = await store.receive({ worker, fold: 3, attempt, model }, topology, () => true);
  for (const chunk of chunksOf(weights)) await incoming.write(chunk);
  await incoming.commit();
  await incoming.close();
}

test('a model is kept once, and keeping it again changes nothing', async (t) => {
  await withStore(async (outDir, store) => {
    t.false(await store.isStaged(accepted));
    await bring(store);
    t.true(await store.isStaged(accepted));
    t.false(
      await store.isStaged({ ...accepted, attempt: 1 }),
      'another attempt has staged nothing',
    );
    await store.keep(accepted);
    await store.keep(accepted);
    const again = new ModelStore(outDir);
    t.true(await again.isStaged(accepted), 'after a restart its attempt may tell of it again');
    await again.keep(accepted);
    t.is(await again.verify(accepted), undefined);
    t.true((await readFile(path.join(outDir, 'folds', '3', 'model', 'weights.bin'))).equals(bytes));
  });
});

test('what is kept is what was accepted, whatever the attempt sends afterwards', async (t) => {
  await withStore(async (outDir, store) => {
    await bring(store);
    await bring(store, 2, someBytes(300_000, 2));
    await store.keep(accepted);
    t.true((await readFile(path.join(outDir, 'folds', '3', 'model', 'weights.bin'))).equals(bytes));
  });
});

test('a model that is not there cannot be kept', async (t) => {
  await withStore(async (_, store) => {
    await t.throwsAsync(store.keep(accepted), { instanceOf: FoldwiseError });
  });
});

const DAMAGES: [string, RegExp, (folder: string) => Promise<void>][] = [
  ['is missing', /weights\.bin is missing/, (folder) => rm(path.join(folder, 'weights.bin'))],
  ['lacks its folder', /model\.json is missing/, (folder) => rm(folder, { recursive: true })],
  [
    'is cut',
    /weights\.bin has 10 bytes, expected 300000/,
    (folder) => writeFile(path.join(folder, 'weights.bin'), bytes.subarray(0, 10)),
  ],
  [
    'has other bytes',
    /weights\.bin has SHA-256 .* expected/,
    (folder) => writeFile(path.join(folder, 'weights.bin'), someBytes(300_000, 5)),
  ],
];
for (const [what, message, damage] of DAMAGES) {
  test(`an accepted model that ${what} is told in words`, async (t) => {
    await withStore(async (_, store) => {
      await bring(store);
      await store.keep(accepted);
      await damage(store.foldDir(3));
      t.regex((await store.verify(accepted)) ?? '', message);
    });
  });
}

test('the selected model is delivered, again if need be', async (t) => {
  await withStore(async (outDir, store) => {
    await bring(store);
    await store.keep(accepted);
    await store.deliver(3);
    await store.deliver(3);
    t.true((await readFile(path.join(outDir, 'model', 'weights.bin'))).equals(bytes));
    t.deepEqual(await readFile(path.join(outDir, 'model', 'model.json')), content.topology);
  });
});

test('what other attempts staged can be forgotten, and all of it at the end', async (t) => {
  await withStore(async (outDir, store) => {
    await bring(store, 1);
    await bring(store, 2);
    await store.keep(accepted);
    t.is((await readdir(path.join(outDir, '.staging'))).length, 2);
    await store.forget(3);
    t.deepEqual(await readdir(path.join(outDir, '.staging')), ['models']);
    await store.sweep();
    t.deepEqual(await readdir(outDir), ['folds']);
  });
});

test('a file in place of the folder for uploads makes way at the start', async (t) => {
  await withStore(async (outDir, store) => {
    await store.prepare();
    await writeFile(path.join(outDir, '.staging'), 'in the way');
    await store.prepare();
    await bring(store);
    await store.prepare();
    t.true(await store.isStaged(accepted));
  });
});
