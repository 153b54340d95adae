import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import { reportSchema } from '../../../coordinator/report/report-schema.ts';
import { writeReport } from '../../../coordinator/report/write-report.ts';
import { sampleResults } from './sample-results.ts';
import { withTransfer } from './sample-transfer.ts';

const results = sampleResults({ k: 2, epochs: 2, classes: ['cat', 'dog'] });

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'foldwise-report-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a report is three files and nothing else', async (t) => {
  await withFolder(async (folder) => {
    const report = await writeReport(join(folder, 'new', 'out'), results);
    t.deepEqual((await readdir(join(folder, 'new', 'out'))).sort(), [
      ...['cv_results.csv', 'report.html', 'report.json'],
    ]);
    t.deepEqual(report, buildReport(results));
  });
});

test('report.json holds the report, a row of a matrix on a line', async (t) => {
  await withFolder(async (folder) => {
    const report = await writeReport(folder, results);
    const text = await readFile(join(folder, 'report.json'), 'utf8');
    t.deepEqual(reportSchema.parse(JSON.parse(text)), report);
    t.true(text.includes(`[${report.test.confusion[0]!.join(', ')}]`));
    t.true(text.endsWith('}\n'));
  });
});

test('the pictures of a transfer evaluation are in report.json and in report.html', async (t) => {
  await withFolder(async (folder) => {
    const { transfer, warnings } = await writeReport(folder, withTransfer(sampleResults()));
    const text = await readFile(join(folder, 'report.json'), 'utf8');
    t.deepEqual(reportSchema.parse(JSON.parse(text)).transfer, transfer);
    t.true(text.length < 200_000, `${text.length} characters`);
    const page = await readFile(join(folder, 'report.html'), 'utf8');
    t.is(transfer!.samples.length, 40);
    for (const { fit } of transfer!.samples) t.true(page.includes(fit.png));
    t.deepEqual(warnings, []);
  });
});

test('pictures that cannot be drawn cost a warning, not the report', async (t) => {
  await withFolder(async (folder) => {
    const sample = withTransfer(sampleResults());
    const { set } = sample.transfer!;
    const fit = { labels: set.fit.labels, pixels: new Uint8Array() };
    const transfer = { ...sample.transfer!, set: { ...set, fit } };
    const report = await writeReport(folder, { ...sample, transfer });
    t.deepEqual(report.transfer!.samples, []);
    t.regex(report.warnings.join(), /no pictures of the transfer evaluation: /);
  });
});

test('a report replaces an older one', async (t) => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'report.json'), 'old');
    await writeReport(folder, results);
    t.regex(await readFile(join(folder, 'report.json'), 'utf8'), /^\{/);
  });
});

test('without the other files there is no report.json', async (t) => {
  await withFolder(async (folder) => {
    await mkdir(join(folder, 'cv_results.csv', 'in-the-way'), { recursive: true });
    await t.throwsAsync(writeReport(folder, results));
    t.false((await readdir(folder)).includes('report.json'));
  });
});
