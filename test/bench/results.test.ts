import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { resultsSection, withResults, writeDocs } from '../../bench/docs.ts';
import { readResults, type Results, resultsSchema, writeResults } from '../../bench/results.ts';
import { rowsOf } from '../../bench/rows.ts';
import { amount, markdownTable, terminalTable } from '../../bench/table.ts';
import { root } from '../helpers/foldwise.ts';
import { withFolder } from '../helpers/tiny-fold.ts';

const results: Results = {
  schema: 1,
  date: '2026-01-02T03:04:05.000Z',
  seconds: 300,
  device: 'cpu',
  machine: {
    processor: 'A processor',
    processorFeatures: ['avx2', 'avx512f'],
    cores: 2,
    pinnedTo: [0, 1],
    memoryBytes: 16e9,
    system: 'linux x64 6.1',
    loadAverage: 0.1,
  },
  versions: { node: '22.0.0', tensorflow: '2.21.0' },
  data: { name: 'fashion-mnist', synthetic: false, images: 60_000 },
  settings: {
    ...{ step: 'compiled', repeats: 5, imagesPerRepeat: 10_000, batchSize: 1000, threads: 2 },
  },
  rows: rowsOf(
    {
      trainingAgainstFit: { ours: [4000], other: [500] },
      shareOfPeak: { ours: [50], other: [100] },
      compiling: { ours: [0.71] },
    },
    { hasTargets: true },
  ),
  extras: [{ what: 'training: Foldwise, eager step', value: 1712.4, unit: 'images/s' }],
  notes: ['PyTorch was not measured'],
};

test('results are read as they were written', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'results', 'last.json');
    await writeResults(results, file);
    t.deepEqual(await readResults(file), results);
  });
});

test('each row has figure, ours, other, ratio, must and aim', (t) => {
  const { rows } = JSON.parse(JSON.stringify(results)) as Results;
  for (const row of rows) {
    for (const key of ['figure', 'ours', 'other', 'ratio', 'must', 'aim']) t.true(key in row, key);
  }
  t.false(resultsSchema.safeParse({ ...results, rows: [{ figure: 'a' }] }).success);
});

test('results that are missing or of another version are refused in a sentence', async (t) => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'last.json');
    await t.throwsAsync(readResults(file), { message: /holds no results.*npm run bench/ });
    await writeFile(file, '{"schema":0}');
    await t.throwsAsync(readResults(file), { message: /holds no results of this version/ });
  });
});

test('the table says what is reached', (t) => {
  t.is(
    markdownTable(results.rows),
    [
      '| figure | ours | other | ratio | must | aim | reached |',
      '| --- | ---: | ---: | ---: | ---: | ---: | --- |',
      '| training against tfjs model.fit | 4000 images/s | 500 images/s | 8.00× | 6× | 8× | aim |',
      "| share of the machine's matrix-product peak | 50 GFLOP/s | 100 GFLOP/s | 50% | 60% | 80% | missed |",
      '| trace and compile, once per fold | 0.71 s |  |  | ≤ 2 s | ≤ 0.7 s | must |',
    ].join('\n'),
  );
  const terminal = terminalTable(results.rows, (_style, text) => text);
  t.regex(terminal, /model\.fit .* 4000 images\/s .* 8\.00× .* aim/);
});

test('numbers have three digits', (t) => {
  t.deepEqual([4712.4, 99.96, 1.2345, 0.7, 0.012345].map(amount), [
    '4712',
    '100',
    '1.23',
    '0.7',
    '0.0123',
  ]);
});

test('the page gets the results between its marks, and keeps the rest', async (t) => {
  await withFolder(async (folder) => {
    const page = path.join(folder, 'page.md');
    const text = '# Title\n\n<!-- results -->\n\nearlier\n\n<!-- end of results -->\n\nAfter.\n';
    await writeFile(page, text);
    await writeDocs(results, page);
    const written = await readFile(page, 'utf8');
    t.regex(written, /^# Title\n\n<!-- results -->\n\nMeasured on 2026-01-02, in 5\.0 minutes\./);
    t.regex(written, /8\.00×/);
    t.regex(written, /<!-- end of results -->\n\nAfter\.\n$/);
    t.notRegex(written, /earlier/);
    await writeDocs(results, page);
    t.is(await readFile(page, 'utf8'), written);
  });
});

test('a page without marks is left alone', (t) => {
  t.throws(() => withResults('# Title', resultsSection(results)), { message: /lost its marks/ });
});

test('the real page has the marks', async (t) => {
  const page = await readFile(path.join(root, 'docs', 'benchmarks.md'), 'utf8');
  t.notThrows(() => withResults(page, resultsSection(results)));
});
