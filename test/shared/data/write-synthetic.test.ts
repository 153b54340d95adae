import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { datasetInfo } from '../../../shared/data/digest.ts';
import { openData } from '../../../shared/data/open.ts';
import { readLabelMap } from '../../../shared/data/products/label-map.ts';
import { prepare } from '../../../shared/data/products/prepare.ts';
import { isMarkedSynthetic } from '../../../shared/data/synthetic-marker.ts';
import { syntheticTransfer } from '../../../shared/data/synthetic-transfer.ts';
import { TEST_COUNT, TRAIN_COUNT } from '../../../shared/data/synthetic.ts';
import { loadTransfer } from '../../../shared/data/transfer.ts';
import { writeSynthetic } from '../../../shared/data/write-synthetic.ts';
import { withFolder } from '../../cli/command-line.ts';

const { signal } = new AbortController();
const small = {
  seed: 3,
  trainCount: 40,
  testCount: 20,
  transferCount: 60,
  hasCsv: true,
  signal,
};

test('by default the files hold the set that is built in, whichever way they are read', async (t) => {
  await withFolder(async (folder) => {
    const counts = { trainCount: TRAIN_COUNT, testCount: TEST_COUNT, transferCount: 1 };
    const { digest } = await writeSynthetic(folder, { ...small, ...counts, seed: 0 });
    const builtIn = await openData({ data: 'synthetic' });
    t.is(digest, infoOf(builtIn).digest);
    for (const data of [folder, path.join(folder, 'csv')]) {
      const read = await openData({ data });
      t.is(infoOf(read).digest, digest);
      t.true(read.synthetic);
    }
  });
});

test('the products are read back row by row', async (t) => {
  await withFolder(async (folder) => {
    const { products } = await writeSynthetic(folder, small);
    t.like(products, { rows: 68, pictures: 63, withoutPicture: 5, broken: 3, withCommas: 1 });
    const drawn = [...syntheticTransfer({ seed: 3, count: 68 })];
    const { labelOf } = await readLabelMap();
    const isMapped = ({ articleType }: { articleType: string }): boolean =>
      labelOf.has(articleType);
    const whole = drawn.slice(0, 60);
    const faulty = drawn.slice(60).filter(isMapped).length;
    const data = path.join(folder, 'products');
    const { coverage } = await openData({ data });
    t.is(coverage?.rows, 68);
    t.is(coverage?.mapped.count, whole.filter(isMapped).length);
    t.is(coverage?.unmapped.count, drawn.filter((product) => !isMapped(product)).length);
    t.is((coverage?.missing.count ?? 0) + (coverage?.unreadable.count ?? 0), faulty);
    t.deepEqual(coverage?.unreadable.byReason, { truncated: 2, 'empty file': 1 });
  });
});

test('pictures survive being files nearly unchanged, in both ways of making images', async (t) => {
  await withFolder(async (folder) => {
    await writeSynthetic(folder, small);
    const { classes } = await openData({ data: folder });
    const image = { height: 28, width: 28, channels: 1 };
    const set = await loadTransfer({ transfer: path.join(folder, 'products'), classes, image });
    t.true(set.synthetic);
    t.true(set.sources.length > 40);
    const drawn = new Map(
      [...syntheticTransfer({ seed: 3, count: 60 })].map(({ id, picture }) => [id, picture]),
    );
    for (const way of ['paper', 'fit'] as const) {
      let sum = 0;
      for (const [index, { id }] of set.sources.entries()) {
        const read = set[way].pixels.subarray(784 * index, 784 * (index + 1));
        const made = await prepare(drawn.get(id)!, way, image);
        made.forEach((pixel, at) => (sum += Math.abs(pixel - read[at]!)));
      }
      // Of 255. The crop of the fit can be a pixel off, because JPEG blurs outlines.
      const mean = sum / set[way].pixels.length;
      t.true(mean < 5, `${way}: ${mean}`);
    }
  });
});

test('the same options give the same files, another seed others', async (t) => {
  await withFolder(async (one) => {
    await withFolder(async (other) => {
      await writeSynthetic(one, small);
      await writeSynthetic(other, small);
      const files = await digestsOf(one);
      t.deepEqual(await digestsOf(other), files);
      t.is(files.size, 4 + 2 + 63 + 1 + 3);
    });
    await withFolder(async (other) => {
      await writeSynthetic(other, { ...small, seed: 4 });
      const files = await digestsOf(one);
      const same = [...(await digestsOf(other))].filter(
        ([name, digest]) => files.get(name) === digest,
      );
      t.deepEqual(
        same.map(([name]) => name).filter((name) => !name.endsWith('.jpg')),
        [],
      );
    });
  });
});

test('gzipped files tell neither time nor machine', async (t) => {
  await withFolder(async (folder) => {
    await writeSynthetic(folder, small);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.gz'));
    t.is(names.length, 4);
    for (const name of names) {
      const bytes = await readFile(path.join(folder, name));
      t.deepEqual([...bytes.subarray(4, 8)], [0, 0, 0, 0]);
      t.is(bytes[9], 255);
    }
  });
});

test('every folder that can be named says that it is synthetic', async (t) => {
  await withFolder(async (folder) => {
    await writeSynthetic(folder, small);
    for (const part of ['', 'csv', 'products']) {
      t.true(await isMarkedSynthetic(path.join(folder, part)), part);
    }
    const marker: unknown = JSON.parse(
      await readFile(path.join(folder, 'products/foldwise-synthetic.json'), 'utf8'),
    );
    t.like(marker, { foldwise: 'synthetic', schema: 1, seed: 3, products: 68 });
  });
});

test('without CSV there is no such folder', async (t) => {
  await withFolder(async (folder) => {
    await writeSynthetic(folder, { ...small, hasCsv: false });
    t.false((await readdir(folder)).includes('csv'));
  });
});

test('progress is told, and an abort ends the work with its reason', async (t) => {
  await withFolder(async (folder) => {
    const told: number[] = [];
    await writeSynthetic(folder, { ...small, trainCount: 210, onProgress: (n) => told.push(n) });
    t.deepEqual(told, [100, 200]);
  });
  await withFolder(async (folder) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const work = writeSynthetic(folder, {
      ...small,
      trainCount: 500,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    t.is(await t.throwsAsync(work), reason);
    t.deepEqual(await readdir(folder), []);
  });
});

function infoOf({ test, train, ...rest }: Awaited<ReturnType<typeof openData>>) {
  return datasetInfo({ ...rest, train, test: test ?? train });
}

async function digestsOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  const digests = new Map<string, string>();
  for (const name of names) {
    const bytes = await readFile(path.join(folder, name));
    digests.set(name, createHash('sha256').update(bytes).digest('hex'));
  }
  return digests;
}
