import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { readCsvFolder } from '../../../shared/data/csv.ts';
import { FASHION_CLASSES } from '../../../shared/data/classes.ts';
import { readIdxFolder } from '../../../shared/data/idx.ts';
import { loadDataset } from '../../../shared/data/load.ts';
import type { DatasetPart } from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';
import { testData } from '../../helpers/foldwise.ts';
import { csvHeader, tinyCsv } from './csv-folder.ts';
import { folderOf } from './idx-folder.ts';

const TRAIN = 'tiny_train.csv';
const TEST = 'tiny_test.csv';

test('a folder of two CSV files is read', async (t) => {
  t.deepEqual(await readCsvFolder(await folderOf(t, tinyCsv())), {
    classes: FASHION_CLASSES,
    image: { height: 2, width: 2, channels: 1 },
    train: {
      labels: Uint8Array.of(2, 0, 1),
      pixels: Uint8Array.of(0, 1, 2, 3, 255, 0, 0, 9, 10, 20, 30, 40),
    },
    test: { labels: Uint8Array.of(1, 2), pixels: Uint8Array.of(4, 5, 6, 7, 8, 9, 10, 11) },
  });
});

test('the test part may be absent', async (t) => {
  const { classes, image, train } = await readCsvFolder(await folderOf(t, tinyCsv()));
  const folder = await folderOf(t, { [TRAIN]: tinyCsv()[TRAIN]! });
  t.deepEqual(await readCsvFolder(folder), { classes, image, train });
});

const everyLine = (edit: (line: string) => string): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(tinyCsv()).map(([name, bytes]) => {
      const lines = bytes.toString().trimEnd().split('\n');
      return [name, Buffer.from(lines.map((line) => `${edit(line)}\n`).join(''))];
    }),
  );
const whole = (edit: (text: string) => string): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(tinyCsv()).map(([name, bytes]) => [name, Buffer.from(edit(bytes.toString()))]),
  );

const SPELLINGS: Record<string, Record<string, Buffer>> = {
  'lines that end in CRLF': everyLine((line) => `${line}\r`),
  'a byte order mark': whole((text) => `\ufeff${text}`),
  'no end of the last line': whole((text) => text.trimEnd()),
  'quoted values': everyLine((line) => line.replaceAll(/[^,]+/g, '"$&"')),
  'some quoted values': everyLine((line) => line.replace(/[^,]+$/, '"$&"')),
  'leading zeros': everyLine((line) =>
    line.startsWith('l') ? line : line.replaceAll(/\d+/g, '00$&'),
  ),
  'leavings of a file manager beside them': { ...tinyCsv(), '._tiny_train.csv': Buffer.from('x') },
};

for (const [what, files] of Object.entries(SPELLINGS)) {
  test(`${what} change nothing`, async (t) => {
    const plain = await readCsvFolder(await folderOf(t, tinyCsv()));
    t.deepEqual(await readCsvFolder(await folderOf(t, files)), plain);
  });
}

test('any images survive the way through CSV', async (t) => {
  const row = fc.uint8Array({ minLength: 10, maxLength: 10 });
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-csv-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      const labelled = rows.map(([label = 0, ...pixels]) => [label % 10, ...pixels]);
      await writeCsv(path.join(folder, 'a_train.csv'), 3, labelled);
      const { train } = await readCsvFolder(folder);
      t.deepEqual(
        [...train.labels],
        labelled.map(([label]) => label!),
      );
      t.deepEqual(
        [...train.pixels],
        labelled.flatMap(([, ...pixels]) => pixels),
      );
    }),
    { numRuns: 25 },
  );
});

test('a file is read across many chunks and blocks', async (t) => {
  const side = 128;
  const rows = Array.from({ length: 300 }, (_, image) => [
    image % 10,
    ...Array.from({ length: side * side }, (_, at) => (at * 7 + image) % 256),
  ]);
  const folder = await folderOf(t, {});
  await writeCsv(path.join(folder, 'big_train.csv'), side, rows);
  const { image, train } = await readCsvFolder(folder);
  t.is(image.width, side);
  t.is(train.labels.length, 300);
  t.true(
    train.pixels.every((pixel, at) => {
      const number = Math.floor(at / side ** 2);
      return pixel === ((at % side ** 2) * 7 + number) % 256;
    }),
  );
});

async function writeCsv(
  file: string,
  side: number,
  rows: Iterable<readonly number[]>,
): Promise<void> {
  const handle = await open(file, 'w');
  let text = `${csvHeader(side)}\n`;
  for (const row of rows) {
    text += `${row.join(',')}\n`;
    if (text.length < 2 ** 20) continue;
    await handle.write(text);
    text = '';
  }
  await handle.write(text);
  await handle.close();
}

const H = csvHeader();
/** Text in place of a file, and what the message must say. */
const HOSTILE: readonly (readonly [what: string, file: string, text: string, message: RegExp])[] = [
  ['an empty file', TRAIN, '', /tiny_train\.csv is empty: expected CSV/],
  ['only a header', TRAIN, `${H}\n`, /tiny_train\.csv holds no images/],
  ['no header', TRAIN, '1,2,3,4,5\n', /line 1: expected the header .* found "1" in place of label/],
  ['another header', TRAIN, 'label,1x1,1x2\n', /found "1x1" in place of pixel1/],
  ['a header that counts from 0', TRAIN, 'label,pixel0,pixel1\n', /"pixel0" in place of pixel1/],
  ['a label only', TRAIN, 'label\n1\n', /line 1: .* found the column label only/],
  ['a missing column', TRAIN, 'label,pixel1,pixel2,pixel4\n', /found "pixel4" in place of pixel3/],
  ['no square', TRAIN, `${H},pixel5\n`, /names 5 pixel columns, the last pixel5: .* a square/],
  ['a blank first line', TRAIN, `\n${H}\n`, /line 1: expected the header .* found nothing/],
  ['gzip data', TRAIN, '\x1f\x8b\x08', /line 1: expected the header .* found/],
  ['a web page', TRAIN, '<!DOCTYPE html>', /line 1: expected the header .* found a web page/],
  ['a short row', TRAIN, `${H}\n1,2,3,4\n`, /line 2: expected 5 values, found 4$/],
  ['a long row', TEST, `${H}\n1,2,3,4,5\n1,2,3,4,5,6\n`, /tiny_test.csv, line 3: .* 5 .* found 6$/],
  ['a trailing comma', TRAIN, `${H}\n1,2,3,4,5,\n`, /line 2: expected 5 values, found 6$/],
  ['a blank line', TRAIN, `${H}\n1,2,3,4,5\n\n1,2,3,4,5\n`, /line 3: .* found an empty line$/],
  ['256', TRAIN, `${H}\n1,2,3,256,5\n`, /line 2, column pixel3: .* 0 to 255, found "256"$/],
  ['a label of 256', TRAIN, `${H}\n256,2,3,4,5\n`, /line 2, column label: .* found "256"$/],
  [
    'a huge number',
    TRAIN,
    `${H}\n1,2,3,4,${'9'.repeat(400)}\n`,
    /column pixel4: .* found "9{40}…"$/,
  ],
  ['a negative number', TRAIN, `${H}\n1,2,-3,4,5\n`, /column pixel2: .* found "-3"$/],
  ['a float', TRAIN, `${H}\n1,2,3,4,5.0\n`, /column pixel4: .* found "5\.0"$/],
  ['an exponent', TRAIN, `${H}\n1,2,3,4,1e2\n`, /column pixel4: .* found "1e2"$/],
  ['NaN', TRAIN, `${H}\n1,NaN,3,4,5\n`, /column pixel1: .* found "NaN"$/],
  ['an empty value', TRAIN, `${H}\n1,2,,4,5\n`, /column pixel2: .* found nothing$/],
  ['an empty label', TRAIN, `${H}\n,2,3,4,5\n`, /column label: .* found nothing$/],
  ['a blank', TRAIN, `${H}\n1, 2,3,4,5\n`, /column pixel1: .* found " 2"$/],
  ['semicolons', TRAIN, 'label;pixel1\n1;2\n', /found "label;pixel1" in place of label/],
  ['an open quotation mark', TRAIN, `${H}\n1,"2,3,4,5\n`, /line 2: is not CSV, a quotation mark/],
  ['a NUL', TRAIN, `${H}\n1,2,\0,4,5\n`, /column pixel2: /],
  ['other test sizes', TEST, `${csvHeader(3)}\n${'1,'.repeat(9)}1\n`, /of 3×3, .* of 2×2/],
  [
    'a label in a gap',
    TRAIN,
    `${H}\n0,2,3,4,5\n12,2,3,4,5\n`,
    /label 12 \(line 3\) but no label 1/,
  ],
  ['an unknown test label', TEST, `${H}\n7,2,3,4,5\n`, /label 7 \(line 2\), which no training/],
];

for (const [what, file, text, message] of HOSTILE) {
  test(`${what} in ${file}: refused in one sentence`, async (t) => {
    const folder = await folderOf(t, { ...tinyCsv(), [file]: Buffer.from(text, 'latin1') });
    const error = await t.throwsAsync(readCsvFolder(folder), { instanceOf: DataError, message });
    t.true(error.message.startsWith(folder));
    t.false(error.message.includes('\n'));
  });
}

test('a line without end is given up in time', async (t) => {
  const folder = await folderOf(t, { [TRAIN]: Buffer.alloc(2 ** 24 + 2 ** 20, '1') });
  await t.throwsAsync(readCsvFolder(folder), { message: /line 1: is longer than 16777216 bytes/ });
});

test('a test part alone, and two candidates for a part, are refused', async (t) => {
  const files = tinyCsv();
  const lone = await folderOf(t, { [TEST]: files[TEST]! });
  await t.throwsAsync(readCsvFolder(lone), { message: /lacks \*_train\.csv: / });
  const twice = await folderOf(t, { ...files, 'more_train.csv': files[TRAIN]! });
  const error = await t.throwsAsync(readCsvFolder(twice), { instanceOf: DataError });
  t.regex(error.message, /holds 2 files \*_train\.csv \(more_train\.csv, tiny_train\.csv\)/);
});

test('a folder in place of a file is refused', async (t) => {
  const folder = await folderOf(t, { [TEST]: tinyCsv()[TEST]! });
  await mkdir(path.join(folder, TRAIN));
  await t.throwsAsync(readCsvFolder(folder), {
    instanceOf: DataError,
    message: /tiny_train\.csv is a folder, expected a file/,
  });
});

test('the real Fashion-MNIST as CSV is the dataset that the IDX files are', async (t) => {
  const real = path.join(testData, 'fashion-mnist');
  if (!existsSync(real)) {
    t.log(`skipped: no ${real}; FOLDWISE_TEST_DATA names the folder that holds fashion-mnist`);
    t.pass();
    return;
  }
  const idx = await readIdxFolder(real);
  const folder = await folderOf(t, {});
  await writeCsv(path.join(folder, 'fashion-mnist_train.csv'), 28, rowsOf(idx.train));
  await writeCsv(path.join(folder, 'fashion-mnist_test.csv'), 28, rowsOf(idx.test!));
  const { info, kind } = await loadDataset({ data: folder });
  t.is(kind, 'csv');
  t.is(info.name, 'fashion-mnist');
  t.is(info.digest, 'a7b880f9fd03949d1db39a96b62d8dd0763271f0d201defb6e0fd559e58a2a61' as never);
});

function* rowsOf({ labels, pixels }: DatasetPart): Generator<number[]> {
  for (const [image, label] of labels.entries()) {
    yield [label, ...pixels.subarray(image * 784, (image + 1) * 784)];
  }
}
