import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { datasetInfo } from '../../shared/data/digest.ts';
import { loadDataset } from '../../shared/data/load.ts';
import { encodePart } from '../../shared/data/part-file.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import type { Chunk } from '../../shared/wire/transfers.ts';
import { DatasetCache, type PartSource } from '../../worker/cache.ts';
import { dataset } from '../helpers/with-coordinator.ts';

const info = datasetInfo(dataset);
const bytes = encodePart(dataset.train);

async function* send(chunks: Iterable<Chunk>): AsyncGenerator<Chunk> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

async function withCache(
  use: (cache: DatasetCache, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-cache-'));
  try {
    await use(new DatasetCache(folder), path.join(folder, 'datasets'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function source(fetch: PartSource['fetch']): PartSource & { readonly fetched: () => number } {
  let fetched = 0;
  return {
    part: 'train',
    images: info.train,
    dataset: info,
    fetch: () => {
      fetched += 1;
      return fetch();
    },
    onProgress: () => undefined,
    fetched: () => fetched,
  };
}

test('a part is fetched once and then found', async (t) => {
  await withCache(async (cache, folder) => {
    const from = source(() => send(chunksOf(bytes)));
    const file = await cache.obtain(from);
    t.deepEqual(await readFile(file), Buffer.from(bytes));
    t.is(await cache.obtain(from), file);
    t.is(from.fetched(), 1);
    t.deepEqual(await readdir(folder), [path.basename(file)]);
  });
});

test('a damaged file in the cache is fetched again', async (t) => {
  await withCache(async (cache) => {
    const from = source(() => send(chunksOf(bytes)));
    const file = await cache.obtain(from);
    await writeFile(file, bytes.subarray(1));
    await cache.obtain(from);
    t.deepEqual(await readFile(file), Buffer.from(bytes));
    t.is(from.fetched(), 2);
  });
});

test('workers that fetch the same part at once do not disturb each other', async (t) => {
  await withCache(async (cache, folder) => {
    const from = source(() => send(chunksOf(bytes)));
    const files = await Promise.all([1, 2, 3].map(() => cache.obtain(from)));
    t.is(new Set(files).size, 1);
    t.deepEqual(await readFile(files[0]!), Buffer.from(bytes));
    t.is((await readdir(folder)).length, 1);
  });
});

const refuses = test.macro(async (t, fetch: PartSource['fetch']) => {
  await withCache(async (cache, folder) => {
    await t.throwsAsync(cache.obtain(source(fetch)), { instanceOf: ProtocolError });
    t.deepEqual(await readdir(folder), [], 'nothing is left behind');
  });
});

const other = Uint8Array.from(bytes, (byte) => byte ^ 1);
test('other bytes than those of the digest are refused', refuses, () => send(chunksOf(other)));
test('an early end is refused', refuses, () => send(chunksOf(bytes.subarray(0, 5))));
test('more bytes than announced are refused', refuses, () =>
  send(chunksOf(Buffer.concat([bytes, bytes]))),
);
test('a chunk harmed on the way is refused', refuses, () =>
  send([...chunksOf(bytes)].map((chunk) => ({ ...chunk, crc32: chunk.crc32 ^ 1 }))),
);
test('a connection lost in mid-part leaves nothing behind', async (t) => {
  await withCache(async (cache, folder) => {
    async function* cut(): AsyncGenerator<Chunk> {
      yield* send([...chunksOf(bytes)].slice(0, 1));
      throw new Error('connection lost');
    }
    await t.throwsAsync(cache.obtain(source(cut)), { message: 'connection lost' });
    t.deepEqual(await readdir(folder), []);
  });
});

test('a folder at hand is used where it holds the same data, else the coordinator', async (t) => {
  await withCache(async (cache) => {
    const nothing = source(() => {
      throw new Error('fetched');
    });
    const wrong = { ...nothing, localData: 'synthetic' };
    await t.throwsAsync(cache.obtain(wrong), { message: 'fetched' });
    const local = await loadDataset({ data: 'synthetic', limit: 50 });
    const right = { ...wrong, dataset: local.info, images: local.info.train };
    const file = await cache.obtain(right);
    t.deepEqual(await readFile(file), Buffer.from(encodePart(local.dataset.train)));
  });
});

test('a folder at hand has no pictures of the transfer, nor a test part split off by others', async (t) => {
  await withCache(async (cache) => {
    const local = await loadDataset({ data: 'synthetic', limit: 50 });
    const sent = source(() => send(chunksOf(encodePart(local.dataset.train))));
    const { train: images } = local.info;
    const at = { ...sent, localData: 'synthetic', images };
    await cache.obtain({ ...at, part: 'transfer-fit', dataset: local.info });
    t.is(sent.fetched(), 1);
  });
  await withCache(async (cache) => {
    const local = await loadDataset({ data: 'synthetic', limit: 50 });
    const sent = source(() => send(chunksOf(encodePart(local.dataset.train))));
    const dataset = { ...local.info, holdOut: { fraction: 0.5, seed: 1 } };
    await cache.obtain({ ...sent, localData: 'synthetic', images: dataset.train, dataset });
    t.is(sent.fetched(), 1);
  });
});
