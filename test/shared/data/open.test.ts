import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { FASHION_MNIST } from '../../../shared/data/catalogue.ts';
import { fetchedFolder, isDataHere, openData } from '../../../shared/data/open.ts';
import { SYNTHETIC_MARKER } from '../../../shared/data/synthetic-marker.ts';
import { syntheticDataset } from '../../../shared/data/synthetic.ts';
import { DataError, UsageError } from '../../../shared/errors.ts';
import { testData } from '../../helpers/foldwise.ts';
import { tinyCsv } from './csv-folder.ts';
import {
  bigEndian,
  folderOf,
  idxLabels,
  TEST_IMAGES,
  TEST_LABELS,
  tinyFiles,
  TRAIN_IMAGES,
  TRAIN_LABELS,
} from './idx-folder.ts';

const styles = { 'styles.csv': Buffer.from('id,articleType\n') };

test('a folder is told by its files', async (t) => {
  t.is((await openData({ data: await folderOf(t, tinyFiles()) })).kind, 'idx');
  t.is((await openData({ data: await folderOf(t, tinyCsv()) })).kind, 'csv');
  t.is((await openData({ data: 'synthetic' })).kind, 'embedded');
});

const refused = test.macro({
  title: (what) => `${what} is refused, and what each kind needs is told`,
  exec: async (t, files: Record<string, Buffer>, message: RegExp) => {
    const folder = await folderOf(t, files);
    const error = await t.throwsAsync(openData({ data: folder }), { instanceOf: DataError });
    t.true(error.message.startsWith(folder));
    t.regex(error.message, message);
    for (const need of ['train-images-idx3-ubyte', '*_train.csv', 'styles.csv']) {
      t.true(error.message.includes(need));
    }
  },
});

test('an empty folder', refused, {}, /holds no data that Foldwise knows/);
test('a folder of other files', refused, { 'train.csv': Buffer.of() }, /holds no data/);
test(
  'a folder of IDX and CSV files',
  refused,
  { ...tinyFiles(), ...tinyCsv() },
  /holds IDX files \(t10k-images-idx3-ubyte\) and CSV files \(tiny_test\.csv\): put the files of one kind/,
);
test(
  'a folder of CSV files and pictures',
  refused,
  { ...tinyCsv(), ...styles },
  /holds CSV files \(tiny_test\.csv\) and pictures \(styles\.csv\): put the files of one kind/,
);

test("torchvision's folder leads to the one below it", async (t) => {
  const folder = await folderOf(t, {});
  await mkdir(path.join(folder, 'raw'));
  await t.throwsAsync(openData({ data: folder }), { message: /try .*\/raw$/ });
});

test('an image size is refused for data whose images have one', async (t) => {
  for (const data of ['synthetic', await folderOf(t, tinyFiles()), await folderOf(t, tinyCsv())]) {
    await t.throwsAsync(openData({ data, imageSize: 32 }), {
      instanceOf: UsageError,
      message: /^--image-size 32 is for a folder of pictures with styles\.csv, but /,
    });
  }
});

test('a folder that says so is synthetic', async (t) => {
  const marker = Buffer.from('{"foldwise": "synthetic", "seed": 3}');
  const folder = await folderOf(t, { ...tinyFiles(), [SYNTHETIC_MARKER]: marker });
  t.true((await openData({ data: folder })).synthetic);
  t.false((await openData({ data: await folderOf(t, tinyFiles()) })).synthetic);
});

for (const text of ['', 'yes', '[]', '{"foldwise": true}', 'x'.repeat(2 ** 17)]) {
  test(`a synthetic marker of ${JSON.stringify(text.slice(0, 20))} is refused`, async (t) => {
    const files = { ...tinyFiles(), [SYNTHETIC_MARKER]: Buffer.from(text) };
    const folder = await folderOf(t, files);
    const error = await t.throwsAsync(openData({ data: folder }), { instanceOf: DataError });
    t.true(error.message.startsWith(path.join(folder, SYNTHETIC_MARKER)));
  });
}

test('the embedded set as files is known by its digest', async (t) => {
  const { train, test: held } = syntheticDataset();
  const folder = await folderOf(t, {
    [TRAIN_IMAGES]: Buffer.concat([bigEndian(0x803, 6000, 28, 28), train.pixels]),
    [TRAIN_LABELS]: idxLabels([...train.labels]),
    [TEST_IMAGES]: Buffer.concat([bigEndian(0x803, 1000, 28, 28), held.pixels]),
    [TEST_LABELS]: idxLabels([...held.labels]),
  });
  t.like(await openData({ data: folder }), { name: 'synthetic', synthetic: true, kind: 'idx' });
});

test.serial(
  'fashion-mnist: the cache first, then a folder of that name, else an error',
  async (t) => {
    const place = await mkdtemp(path.join(tmpdir(), 'foldwise-open-'));
    const before = process.cwd();
    t.teardown(async () => {
      process.chdir(before);
      await rm(place, { recursive: true });
    });
    process.chdir(place);
    const options = { data: 'fashion-mnist', cacheDir: path.join(place, 'cache') };
    const error = await t.throwsAsync(openData(options), { instanceOf: DataError });
    t.regex(error.message, /has not been fetched .* run "foldwise data fetch fashion-mnist"/);
    t.false(isDataHere(options.data, options.cacheDir));

    await rename(await folderOf(t, tinyFiles()), path.join(place, 'fashion-mnist'));
    t.is((await openData(options)).train.labels.length, 4);
    t.true(isDataHere(options.data, options.cacheDir));

    const cached = fetchedFolder('fashion-mnist', options.cacheDir);
    await mkdir(cached, { recursive: true });
    for (const { name } of FASHION_MNIST.files) await writeFile(path.join(cached, name), '');
    await t.throwsAsync(openData(options), { instanceOf: DataError, message: /fetched\/fashion/ });
    t.is((await openData({ ...options, data: './fashion-mnist' })).train.labels.length, 4);

    for (const { name } of FASHION_MNIST.files) await rm(path.join(cached, name));
    const others = Object.entries(tinyFiles());
    for (const [name, bytes] of others) await writeFile(path.join(cached, `${name}.gz`), bytes);
    await t.throwsAsync(openData(options), {
      instanceOf: DataError,
      message: /does not hold fashion-mnist any more: run "foldwise data fetch fashion-mnist"/,
    });

    const real = path.join(testData, 'fashion-mnist');
    if (!existsSync(real)) return t.log(`the rest is skipped: no ${real}`);
    await rm(cached, { recursive: true });
    await symlink(real, cached);
    t.like(await openData(options), { name: 'fashion-mnist', synthetic: false, kind: 'idx' });
  },
);
