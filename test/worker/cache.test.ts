import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { datasetInfo } from '../../shared/data/digest.ts';
import { loadDataset } from '../../shared/data/load.ts';
import { encodePart } from '../../shared/data/part-file.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import type { Chunk } from '../../shared/wire/transfers.ts';
import { DatasetCache, type PartSource } from '../../worker/cache.ts';
import { prune } from '../../worker/prune.ts';
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
    fetch: (offset) => {
      fetched += 1;
      return fetch(offset);
    },
    onProgress: () => undefined,
    fetched: () => fetched,
  };
}

test('a part is fetched once and then found', async (t) => {
  await withCache(async (cache, folder) => {
    const from = source((offset) => send(chunksOf(bytes, offset)));
    const file = await cache.obtain(from);
    t.deepEqual(await readFile(file), Buffer.from(bytes));
    t.is(await cache.obtain(from), file);
    t.is(from.fetched(), 1);
    t.deepEqual(await readdir(folder), [path.basename(file)]);
  });
});

test('a damaged file in the cache is fetched again', async (t) => {
  await withCache(async (cache) => {
    const from = source((offset) => send(chunksOf(bytes, offset)));
    const file = await cache.obtain(from);
    await writeFile(file, bytes.subarray(1));
    await cache.obtain(from);
    t.deepEqual(await readFile(file), Buffer.from(bytes));
    t.is(from.fetched(), 2);
  });
});

test('workers that fetch the same part at once do not disturb each other', async (t) => {
  await withCache(async (cache, folder) => {
    const from = source((offset) => send(chunksOf(bytes, offset)));
    const others = [1, 2].map(() => new DatasetCache(path.dirname(folder)));
    const files = await Promise.all([cache, cache, ...others].map((one) => one.obtain(from)));
    t.is(from.fetched(), 3, 'one worker fetches it once');
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
test('a download that fails here leaves nothing behind', async (t) => {
  await withCache(async (cache, folder) => {
    async function* cut(): AsyncGenerator<Chunk> {
      yield* send([...chunksOf(bytes)].slice(0, 1));
      throw new Error('the worker leaves');
    }
    const large = source(cut);
    await t.throwsAsync(cache.obtain({ ...large, images: { ...info.train, count: 100 } }), {
      message: 'the worker leaves',
    });
    t.deepEqual(await readdir(folder), []);
  });
});

test('a download whose connection is lost goes on from there', async (t) => {
  await withCache(async (cache, folder) => {
    const offsets: number[] = [];
    const lost = Object.assign(new Error('connection lost'), { code: status.UNAVAILABLE });
    const from = source(async function* (offset: number) {
      offsets.push(offset);
      if (offset > 0) yield* send(chunksOf(bytes, offset));
      else {
        const data = bytes.subarray(0, 7);
        yield* send([{ offset, data, crc32: crc32(data) }]);
        throw lost;
      }
    });
    await t.throwsAsync(cache.obtain(from), { is: lost });
    const file = await cache.obtain(from);
    t.deepEqual(offsets, [0, 7]);
    t.deepEqual(await readFile(file), Buffer.from(bytes));
    t.deepEqual(await readdir(folder), [path.basename(file)]);
  });
});

test('parts used longest ago go where there are too many bytes, and leftovers after a day', async (t) => {
  await withCache(async (_, folder) => {
    const nowMs = Date.now();
    const put = async (name: string, hours: number): Promise<void> => {
      await writeFile(path.join(folder, name), bytes);
      const used = new Date(nowMs - hours * 3_600_000);
      await utimes(path.join(folder, name), used, used);
    };
    await mkdir(folder);
    await put('a.part', 5);
    await put('b.part', 4);
    await put('c.part', 3);
    await put('d.part', 0.5);
    await put('old.part.1.partial', 25);
    await put('new.part.1.partial', 23);
    await prune(folder, { mostBytes: 2 * bytes.length, nowMs });
    t.deepEqual((await readdir(folder)).sort(), ['c.part', 'd.part', 'new.part.1.partial']);
    await prune(folder, { mostBytes: 0, nowMs });
    const left = (await readdir(folder)).sort();
    t.deepEqual(left, ['d.part', 'new.part.1.partial'], 'a run may be using what is so new');
  });
});

test('a part that is used counts as recent', async (t) => {
  await withCache(async (cache) => {
    const from = source((offset) => send(chunksOf(bytes, offset)));
    const file = await cache.obtain(from);
    await utimes(file, new Date(0), new Date(0));
    await cache.obtain(from);
    t.true((await stat(file)).mtimeMs > Date.now() - 60_000);
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
