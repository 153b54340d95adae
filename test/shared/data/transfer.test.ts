import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { DataError, UsageError } from '../../../shared/errors.ts';
import { FASHION_CLASSES } from '../../../shared/data/classes.ts';
import { sha256 } from '../../../shared/data/digest.ts';
import { encodePart } from '../../../shared/data/part-file.ts';
import { SYNTHETIC_MARKER } from '../../../shared/data/synthetic-marker.ts';
import { loadTransfer, transferInfo } from '../../../shared/data/transfer.ts';
import { testData } from '../../helpers/foldwise.ts';
import { folderOf, photograph } from './products/pictures.ts';

const image = { height: 28, width: 28, channels: 1 };
const TABLE = 'id,articleType\n1,Heels\n2,Shirts\n3,Watches\n4,Shirts\n';

test('a folder becomes a transfer set that says what it is', async (t) => {
  const picture = await photograph();
  const folder = await folderOf(t, {
    'shop/styles.csv': TABLE,
    'shop/images/1.jpg': picture,
    'shop/images/2.jpg': picture,
  });
  const transfer = path.join(folder, 'shop/');
  const set = await loadTransfer({ transfer, classes: FASHION_CLASSES, image });
  t.is(set.name, 'shop');
  t.false(set.synthetic);
  t.deepEqual([...set.fit.labels], [9, 6]);
  t.is(set.paper.labels, set.fit.labels);
  t.is(set.paper.pixels.length, 2 * 28 * 28);
  t.is(set.fit.pixels.length, 2 * 28 * 28);
  t.notDeepEqual(set.fit.pixels, set.paper.pixels);
  t.deepEqual(
    set.sources.map(({ id }) => id),
    ['1', '2'],
  );
  t.is(set.coverage.missing.count, 1);
  t.deepEqual(transferInfo(set), {
    name: 'shop',
    synthetic: false,
    paper: { count: 2, digest: sha256(encodePart(set.paper)) },
    fit: { count: 2, digest: sha256(encodePart(set.fit)) },
  });
  await writeFile(path.join(folder, 'shop', SYNTHETIC_MARKER), '{"foldwise": "synthetic"}');
  t.true((await loadTransfer({ transfer, classes: FASHION_CLASSES, image })).synthetic);
});

test('labels are those of the training data, whatever their order', async (t) => {
  const picture = await photograph();
  const folder = await folderOf(t, {
    'styles.csv': TABLE,
    'map.csv': 'articleType,class\nWatches,watch\nHeels,shoe\n',
    'images/1.jpg': picture,
    'images/3.jpg': picture,
  });
  const labelMap = path.join(folder, 'map.csv');
  const classes = ['hat', 'shoe', 'watch'];
  const set = await loadTransfer({ transfer: folder, classes, image, labelMap });
  t.deepEqual([...set.fit.labels], [1, 2]);
  t.deepEqual(set.coverage.unmapped.byArticleType, { Shirts: 2 });
});

test('training data of other classes or of colour are refused before pictures are read', async (t) => {
  const load = (classes: readonly string[], channels: number) =>
    loadTransfer({ transfer: '/nowhere', classes, image: { ...image, channels } });
  await t.throwsAsync(load(['0', '1'], 1), {
    instanceOf: UsageError,
    message: /a class "T-shirt\/top" that the training data do not have \(they have 0, 1\)/,
  });
  await t.throwsAsync(load(FASHION_CLASSES, 3), {
    instanceOf: UsageError,
    message: /makes grey images, but the training images have 3 channels/,
  });
  await t.throwsAsync(load(FASHION_CLASSES, 1), {
    instanceOf: DataError,
    message: /does not exist/,
  });
});

test('the synthetic set is the same each time and covers every class', async (t) => {
  const told: number[] = [];
  const set = await loadTransfer({
    transfer: 'synthetic',
    classes: FASHION_CLASSES,
    image,
    onProgress: (done) => told.push(done),
  });
  t.true(set.synthetic);
  t.is(set.name, 'synthetic');
  t.is(new Set(set.fit.labels).size, 10);
  const { rows, mapped, unmapped, missing, unreadable } = set.coverage;
  t.is(mapped.count, set.sources.length);
  t.is(mapped.count + unmapped.count, rows);
  t.deepEqual([missing.count, unreadable.count, unmapped.withoutImage], [0, 0, 0]);
  t.true(unmapped.count > 0, 'some article types have no class');
  t.is(told.at(-1), rows);
});

test('the counts of real products are those of an independent count', async (t) => {
  const products = path.join(testData, 'fashion-products');
  if (!existsSync(products)) {
    t.log('skipped: no real data here (FOLDWISE_TEST_DATA)');
    t.pass();
    return;
  }
  const text = await readFile(path.join(products, 'styles.csv'), 'utf8');
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const columns = header.split(',');
  const imageOf = (line: string): string => `images/${line.split(',')[0]}.jpg`;
  const isThere = (line: string): boolean => existsSync(path.join(products, imageOf(line)));
  const chosen = lines.filter(
    (line, row) => row % 100 === 0 || line.split(',').length > columns.length || !isThere(line),
  );
  const folder = await folderOf(t, { 'styles.csv': [header, ...chosen, ''].join('\n') });
  await mkdir(path.join(folder, 'images'));
  const present = chosen.filter(isThere);
  for (const line of present) {
    await copyFile(path.join(products, imageOf(line)), path.join(folder, imageOf(line)));
  }
  // Every twentieth is cut in half.
  const broken = new Set(present.filter((_, row) => row % 20 === 0));
  for (const line of broken) {
    const bytes = await readFile(path.join(products, imageOf(line)));
    await writeFile(path.join(folder, imageOf(line)), bytes.subarray(0, bytes.length / 2));
  }

  const table = await readFile(
    path.join(import.meta.dirname, '../../../shared/data/article-types.csv'),
    'utf8',
  );
  const known = new Set(table.split('\n').map((line) => line.split(',')[0]));
  const typeOf = (line: string): string => line.split(',')[columns.indexOf('articleType')] ?? '';
  const isKnown = (line: string): boolean => known.has(typeOf(line));
  const sound = present.filter((line) => isKnown(line) && !broken.has(line));
  const { coverage, sources } = await loadTransfer({
    transfer: folder,
    classes: FASHION_CLASSES,
    image,
  });
  t.is(coverage.rows, chosen.length);
  t.is(coverage.mapped.count, sound.length);
  t.deepEqual(
    sources.map(({ id, articleType }) => `${id} ${articleType}`),
    sound.map((line) => `${line.split(',')[0]} ${typeOf(line)}`),
  );
  t.is(coverage.missing.count, chosen.filter((line) => isKnown(line) && !isThere(line)).length);
  t.is(coverage.unmapped.count, chosen.filter((line) => !isKnown(line)).length);
  t.is(
    coverage.unmapped.withoutImage,
    chosen.filter((line) => !isKnown(line) && !isThere(line)).length,
  );
  t.is(coverage.unreadable.count, [...broken].filter(isKnown).length);
  t.deepEqual(coverage.unreadable.byReason, { truncated: coverage.unreadable.count });
  t.true(coverage.unreadable.count > 0 && coverage.missing.count > 0);
});
