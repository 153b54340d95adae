import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { CheckpointStore } from '../../../coordinator/artifacts/checkpoints.ts';
import { checkpointOf, chunksOf, someBytes, worker } from '../../helpers/with-transfers.ts';

async function withStore(use: (outDir: string, store: CheckpointStore) => Promise<void>) {
  const outDir = await mkdtemp(path.join(tmpdir(), 'foldwise-checkpoints-'));
  try {
    await use(outDir, new CheckpointStore(outDir));
  } finally {
    await rm(outDir, { recursive: true });
  }
}

const infoOf = (seed: number) => checkpointOf(someBytes(1000, seed), seed);

async function bring(store: CheckpointStore, fold: number, seed: number): Promise<void> {
  const upload = { worker, fold, attempt: 1, info: infoOf(seed) };
  const incoming = await store.receive(upload, () => true);
  for (const chunk of chunksOf(someBytes(1000, seed))) await incoming.write(chunk);
  await incoming.commit();
  await incoming.close();
}

test('a checkpoint has its name once it is whole, and is dropped by it', async (t) => {
  await withStore(async (outDir, store) => {
    await bring(store, 0, 1);
    await bring(store, 0, 2);
    t.true(await store.has(0, infoOf(1)));
    t.false(await store.has(1, infoOf(1)));
    const source = await store.open(0, infoOf(1).digest);
    t.is(source?.sizeBytes, 1000);
    await source?.close();
    await store.drop(0, [infoOf(1).digest]);
    await store.drop(0, [infoOf(1).digest]);
    t.false(await store.has(0, infoOf(1)));
    t.is(await store.open(0, infoOf(1).digest), null);
    t.true(await store.has(0, infoOf(2)));
    t.deepEqual(await readdir(path.join(outDir, 'checkpoints', 'fold-0')), [
      `${infoOf(2).digest}.state`,
    ]);
    await store.clear();
    t.false(await store.has(0, infoOf(2)));
  });
});

test('a checkpoint of another size than announced does not count as stored', async (t) => {
  await withStore(async (outDir, store) => {
    await bring(store, 0, 1);
    const file = path.join(outDir, 'checkpoints', 'fold-0', `${infoOf(1).digest}.state`);
    await writeFile(file, '');
    t.false(await store.has(0, infoOf(1)));
    await bring(store, 0, 1);
    t.true(await store.has(0, infoOf(1)));
  });
});

test('at the start only what the record names stays', async (t) => {
  await withStore(async (outDir, store) => {
    await store.sweep(new Map());
    for (const fold of [0, 1, 2]) for (const seed of [1, 2]) await bring(store, fold, seed);
    await writeFile(path.join(outDir, 'checkpoints', 'rubbish'), '');
    const digests = [infoOf(1), infoOf(2)].map(({ digest }) => digest);
    await store.sweep(
      new Map([
        [0, digests],
        [1, digests.slice(0, 1)],
      ]),
    );
    t.deepEqual((await readdir(path.join(outDir, 'checkpoints'))).sort(), ['fold-0', 'fold-1']);
    t.deepEqual(
      await Promise.all([0, 1, 2].flatMap((f) => [1, 2].map((s) => store.has(f, infoOf(s))))),
      [true, true, true, false, false, false],
    );
  });
});
