import { readFile } from 'node:fs/promises';
import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import {
  reportJsonSchema,
  reportSchema,
  type Report,
} from '../../../coordinator/report/report-schema.ts';
import { sampleResults } from './sample-results.ts';

const readBack = (report: unknown): unknown =>
  reportSchema.parse(JSON.parse(JSON.stringify(report)));

const issuesOf = (report: unknown): string =>
  reportSchema
    .safeParse(report)
    .error?.issues.map(({ message }) => message)
    .join('; ') ?? '';

for (const k of [2, 3, 10]) {
  test(`a report of ${k} folds is read back as it was written`, (t) => {
    const report = buildReport(sampleResults({ k, epochs: 4 }));
    t.deepEqual(readBack(report) as Report, report);
  });
}

test('a report may hold more than is known, for later versions', (t) => {
  const report = buildReport(sampleResults());
  t.notThrows(() => readBack({ ...report, novelty: true }));
});

test('a report of another schema is refused', (t) => {
  const report = buildReport(sampleResults());
  t.not(issuesOf({ ...report, schema: 2 }), '');
});

test('a number that is none is refused', (t) => {
  const report = buildReport(sampleResults());
  t.not(issuesOf({ ...report, test: { ...report.test, loss: NaN } }), '');
});

test('folds out of order are refused', (t) => {
  const report = buildReport(sampleResults());
  t.regex(issuesOf({ ...report, folds: report.folds.toReversed() }), /fold order/);
});

test('a confusion matrix of another size than the classes is refused', (t) => {
  const report = buildReport(sampleResults());
  const data = { ...report.data, classes: report.data.classes.slice(1) };
  t.regex(issuesOf({ ...report, data }), /confusion matrix of fold 0 must be 9 by 9/);
});

test('a best fold that does not exist is refused', (t) => {
  const report = buildReport(sampleResults());
  t.regex(issuesOf({ ...report, summary: { ...report.summary, bestFold: 3 } }), /bestFold/);
});

test('docs/report.schema.json is what the code describes', async (t) => {
  const file = new URL('../../../docs/report.schema.json', import.meta.url);
  const written: unknown = JSON.parse(await readFile(file, 'utf8'));
  t.deepEqual(written, JSON.parse(JSON.stringify(reportJsonSchema())), 'see docs/report.md');
});
