import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { DataError, UsageError } from '../../../../shared/errors.ts';
import { FASHION_CLASSES } from '../../../../shared/data/classes.ts';
import { labelsFor, readLabelMap } from '../../../../shared/data/products/label-map.ts';
import { testData } from '../../../helpers/foldwise.ts';
import { folderOf } from './pictures.ts';
import type { ExecutionContext } from 'ava';

const HEADER = 'articleType,class\n';

async function userMap(t: ExecutionContext, text: string) {
  const folder = await folderOf(t, { 'map.csv': text });
  return readLabelMap(path.join(folder, 'map.csv'));
}

test("the built-in table is the paper's", async (t) => {
  const { classes, labelOf } = await readLabelMap();
  t.is(classes, FASHION_CLASSES);
  t.is(labelOf.size, 42);
  const typesOf = (label: number): number =>
    [...labelOf.values()].filter((each) => each === label).length;
  t.deepEqual(
    classes.map((_, label) => typesOf(label)),
    [2, 8, 2, 7, 5, 3, 1, 3, 9, 2],
  );
  t.is(labelOf.get('Tshirts'), 0);
  t.is(labelOf.get('Heels'), 9);
  t.is(labelOf.get('Watches'), undefined);
});

test('the built-in table is the one that the data are described with', async (t) => {
  const described = await readFile(path.join(testData, 'README.md'), 'utf8').catch(() => undefined);
  if (described === undefined) {
    t.log('skipped: no real data here (FOLDWISE_TEST_DATA)');
    t.pass();
    return;
  }
  const { labelOf } = await readLabelMap();
  const sentence = /The ten classes from article types: (.*?) All others/s.exec(described)?.[1];
  const pairs = (sentence ?? '').split('·').flatMap((part) => {
    const [, label, types] = /\((\d)\): ([^.]*)/.exec(part) ?? [];
    return (types ?? '').split(',').map((type) => [type.trim(), Number(label)] as const);
  });
  t.deepEqual(new Map(pairs), new Map(labelOf));
});

test("a table of Fashion-MNIST's classes has all ten, in their order", async (t) => {
  const map = await userMap(t, `${HEADER}Boots,Ankle boot\nShirts,Shirt\n`);
  t.is(map.classes, FASHION_CLASSES);
  t.deepEqual(
    [...map.labelOf],
    [
      ['Boots', 9],
      ['Shirts', 6],
    ],
  );
});

test('a table of other classes has its own, in order of first appearance', async (t) => {
  const map = await userMap(t, `class,articleType\nworn,Shirts\ncarried,Bags\nworn,Tops\n`);
  t.deepEqual(map.classes, ['worn', 'carried']);
  t.deepEqual([...map.labelOf.values()], [0, 1, 0]);
});

test('the same line twice does no harm', async (t) => {
  t.is((await userMap(t, `${HEADER}Shirts,Shirt\nShirts,Shirt\n`)).labelOf.size, 1);
});

const fails = test.macro({
  exec: async (t, text: string, message: RegExp) => {
    const error = await t.throwsAsync(userMap(t, text), { instanceOf: DataError });
    t.regex(error?.message ?? '', message);
    t.regex(error?.message ?? '', /^--label-map .*map\.csv/);
  },
  title: (title) => `${title} is refused`,
});

test('an empty table', fails, '', /is empty, expected columns articleType and class/);
test('a table without rows', fails, HEADER, /no rows/);
test('a table of other columns', fails, 'type,class\nShirts,Shirt\n', /no column "articleType"/);
test('a row without class', fails, `${HEADER}Shirts,\n`, /line 2 gives "Shirts" no class/);
test('a row without article type', fails, `${HEADER},Shirt\n`, /line 2 names no article type/);
test('a short row of a table', fails, `${HEADER}Tops,Shirt\nShirts\n`, /line 3 has 1 fields/);
test(
  'an article type in two classes',
  fails,
  `${HEADER}Shirts,Shirt\nTops,Shirt\nShirts,Coat\n`,
  /line 4 puts "Shirts" in class "Coat", an earlier line in "Shirt"/,
);
test(
  'a table of more than 256 classes',
  fails,
  HEADER + Array.from({ length: 257 }, (_, index) => `t${index},c${index}\n`).join(''),
  /257 classes, expected at most 256/,
);

test('a table that is not there is named', async (t) => {
  const error = await t.throwsAsync(readLabelMap('/nowhere/map.csv'), { instanceOf: DataError });
  t.is(error?.message.startsWith('--label-map /nowhere/map.csv does not exist'), true);
});

test("labels follow the dataset's classes", async (t) => {
  const map = await userMap(t, `${HEADER}Shirts,Shirt\nHeels,Ankle boot\n`);
  const { classes, labelOf } = labelsFor(map, ['Ankle boot', 'Bag', 'Shirt']);
  t.deepEqual(classes, ['Ankle boot', 'Bag', 'Shirt']);
  t.deepEqual(
    [...labelOf],
    [
      ['Shirts', 2],
      ['Heels', 0],
    ],
  );
});

test('a class that the dataset does not have is named, with those that it has', async (t) => {
  const map = await userMap(t, `${HEADER}Shirts,Hemd\n`);
  const error = t.throws(() => labelsFor(map, ['Shirt', 'Bag']), { instanceOf: UsageError });
  t.regex(error?.message ?? '', /a class "Hemd" .*\(they have Shirt, Bag\).*--label-map/);
});
