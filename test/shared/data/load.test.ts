import { gzipSync } from 'node:zlib';
import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { datasetInfo } from '../../../shared/data/digest.ts';
import { loadDataset } from '../../../shared/data/load.ts';
import { DataError, UsageError } from '../../../shared/errors.ts';
import { complement } from '../../../shared/folds.ts';
import { findTwins, stratifiedHoldOut } from '../../../shared/hold-out.ts';
import { readIdxFolder } from '../../../shared/data/idx.ts';
import { stratifiedSubset } from '../../../shared/subset.ts';
import { testData } from '../../helpers/foldwise.ts';
import {
  folderOf,
  idxImages,
  idxLabels,
  tinyFiles,
  TRAIN_IMAGES,
  TRAIN_LABELS,
} from './idx-folder.ts';

test('a folder is named after itself and identified by its content', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  const { dataset, info } = await loadDataset({ data: `${folder}/` });
  t.is(dataset.name, path.basename(folder));
  t.false(dataset.synthetic);
  t.deepEqual(info, datasetInfo(dataset));

  const gzipped = Object.fromEntries(
    Object.entries(tinyFiles()).map(([name, bytes]): [string, Buffer] => [
      `${name}.gz`,
      gzipSync(bytes),
    ]),
  );
  const twin = await loadDataset({ data: await folderOf(t, gzipped) });
  t.is(twin.info.digest, info.digest);
  t.not(twin.info.name, info.name);
});

test('a limit keeps a stratified choice of each part', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  const whole = (await loadDataset({ data: folder })).dataset;
  const { dataset, info } = await loadDataset({ data: folder, limit: 3 });
  const chosen = [...stratifiedSubset(whole.train.labels, 3, 'train')];
  t.deepEqual(
    [...dataset.train.labels],
    chosen.map((index) => whole.train.labels[index]!),
  );
  t.deepEqual(
    [...dataset.train.pixels],
    chosen.flatMap((index) => [...whole.train.pixels.subarray(index * 6, index * 6 + 6)]),
  );
  t.deepEqual(dataset.test, whole.test);
  t.is(info.limit, 3);
  t.is(info.train.count, 3);
  t.deepEqual(info, datasetInfo(dataset, 3));
});

test('a limit that leaves nothing out leaves no trace', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  const whole = await loadDataset({ data: folder });
  t.deepEqual(await loadDataset({ data: folder, limit: 4 }), whole);
});

for (const limit of [0, -1, 1.5, Number.NaN]) {
  test(`a limit of ${limit} is refused`, async (t) => {
    const folder = await folderOf(t, tinyFiles());
    await t.throwsAsync(loadDataset({ data: folder, limit }), {
      instanceOf: UsageError,
      message: /--limit/,
    });
  });
}

for (const data of ['synthetik', '']) {
  test(`the data "${data}" is unknown, and the message says what there is`, async (t) => {
    const error = await t.throwsAsync(loadDataset({ data }), { instanceOf: DataError });
    t.regex(
      error.message,
      /is neither a known dataset \(synthetic, fashion-mnist\) nor a folder that exists/,
    );
    t.regex(error.message, /train-images-idx3-ubyte/);
  });
}

for (const data of ['/no/such/folder', 'data/none', './none', '../none', '~/none']) {
  test(`the path ${data} is said not to exist, in short`, async (t) => {
    const message = `--data ${data} does not exist. docs/data.md tells which folders hold data`;
    await t.throwsAsync(loadDataset({ data }), { instanceOf: DataError, message });
  });
}

test('a file in place of a folder is refused', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  await t.throwsAsync(loadDataset({ data: path.join(folder, 'train-images-idx3-ubyte') }), {
    instanceOf: DataError,
    message: /is not a folder: a folder holds one of IDX files/,
  });
});

test('a path with a NUL byte is refused', async (t) => {
  await t.throwsAsync(loadDataset({ data: 'a\0b' }), {
    instanceOf: DataError,
    message: /cannot be read/,
  });
});

/** 40 images of 2×3 pixels in 3 classes, the last identical to the first, and no test part. */
const trainingOnly = (): Record<string, Buffer> => {
  const images = idxImages(40);
  images.copy(images, 16 + 39 * 6, 16, 16 + 6);
  return {
    [TRAIN_IMAGES]: images,
    [TRAIN_LABELS]: idxLabels(Array.from({ length: 40 }, (_, image) => image % 3)),
  };
};

test('without a test part a seventh is held out, by the seed', async (t) => {
  const folder = await folderOf(t, trainingOnly());
  const { train } = await readIdxFolder(folder);
  const { dataset, info } = await loadDataset({ data: folder, seed: 5 });
  const held = stratifiedHoldOut({
    labels: train.labels,
    fraction: 1 / 7,
    seed: 5,
    hasTwin: findTwins(train.pixels, 6),
  });
  t.is(held.length, 6);
  const imagesAt = (indices: Int32Array): number[] =>
    [...indices].flatMap((index) => [...train.pixels.subarray(index * 6, index * 6 + 6)]);
  t.deepEqual([...dataset.test.pixels], imagesAt(held));
  t.deepEqual([...dataset.train.pixels], imagesAt(complement(held, 40)));
  t.deepEqual(
    [...dataset.test.labels],
    [...held].map((index) => train.labels[index]!),
  );
  t.deepEqual(info.holdOut, { fraction: 1 / 7, seed: 5 });
  t.deepEqual(dataset.holdOut, info.holdOut);
  t.deepEqual(info, datasetInfo(dataset));

  const other = await loadDataset({ data: folder, seed: 6 });
  t.not(other.info.digest, info.digest);
  t.deepEqual(await loadDataset({ data: folder, seed: 5 }), { dataset, info, folder, kind: 'idx' });
});

test('the hold-out comes before the limit, which then applies to both parts', async (t) => {
  const folder = await folderOf(t, trainingOnly());
  const whole = (await loadDataset({ data: folder, testFraction: 0.5 })).dataset;
  const { dataset, info } = await loadDataset({ data: folder, testFraction: 0.5, limit: 9 });
  for (const part of ['train', 'test'] as const) {
    const kept = stratifiedSubset(whole[part].labels, 9, part);
    t.deepEqual(
      [...dataset[part].labels],
      [...kept].map((index) => whole[part].labels[index]!),
    );
  }
  t.is(info.limit, 9);
  t.deepEqual(info.holdOut, { fraction: 0.5, seed: 0 });
});

for (const testFraction of [0.001, 0.99]) {
  test(`a test fraction of ${testFraction} that leaves a part empty is refused`, async (t) => {
    const folder = await folderOf(t, trainingOnly());
    await t.throwsAsync(loadDataset({ data: folder, testFraction }), {
      instanceOf: UsageError,
      message: /^--test-fraction 0\.\d+ of 40 images holds out (0|40)/,
    });
  });
}

test('a test part of their own is used whatever the fraction', async (t) => {
  const folder = await folderOf(t, tinyFiles());
  const { info } = await loadDataset({ data: folder, testFraction: 0.5, seed: 3 });
  t.is(info.test.count, 2);
  t.is(info.holdOut, undefined);
});

test('the real Fashion-MNIST is known by its digest', async (t) => {
  const folder = path.join(testData, 'fashion-mnist');
  if (!existsSync(folder)) {
    t.log(`skipped: no ${folder}; FOLDWISE_TEST_DATA names the folder that holds fashion-mnist`);
    t.pass();
    return;
  }
  const { dataset, info } = await loadDataset({ data: folder });
  t.is(info.name, 'fashion-mnist');
  t.is(info.digest, 'a7b880f9fd03949d1db39a96b62d8dd0763271f0d201defb6e0fd559e58a2a61' as never);
  t.is(info.train.count, 60_000);
  t.is(info.test.count, 10_000);
  t.is(dataset.train.pixels.length, 60_000 * 784);
  t.deepEqual(countsOf(dataset.train.labels), Array(10).fill(6000));
  t.deepEqual(countsOf(dataset.test.labels), Array(10).fill(1000));
});

function countsOf(labels: Uint8Array): number[] {
  const counts = Array<number>(10).fill(0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}
