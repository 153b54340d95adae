import { readFile } from 'node:fs/promises';
import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import {
  reportJsonSchema,
  reportSchema,
  type Report,
} from '../../../coordinator/report/report-schema.ts';
import { encodeSamples } from '../../../coordinator/report/encode-samples.ts';
import { sampleResults } from './sample-results.ts';
import { sampleCoverage, withTransfer } from './sample-transfer.ts';

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

test('a report with a transfer evaluation is read back as it was written', async (t) => {
  const results = { ...withTransfer(sampleResults()), coverage: sampleCoverage(['Heels']) };
  const report = buildReport(results, await encodeSamples(results));
  t.is(report.transfer!.samples.length, 40);
  t.deepEqual(readBack(report) as Report, report);
});

type Transfer = NonNullable<Report['transfer']>;

const IMPOSSIBLE: [what: string, change: (transfer: Transfer) => Partial<Transfer>, RegExp][] = [
  ['more rows than outcomes', ({ rows }) => ({ rows: rows + 1 }), /must add up to its rows/],
  [
    'article types that do not add up',
    ({ missing }) => ({ missing: { ...missing, byArticleType: { Heels: 1 } } }),
    /transfer.missing.byArticleType must add up/,
  ],
  [
    'reasons that do not add up',
    ({ unreadable }) => ({ unreadable: { ...unreadable, byReason: {} } }),
    /byReason must add up/,
  ],
  [
    'more unmapped rows without image than unmapped rows',
    ({ unmapped }) => ({ unmapped: { ...unmapped, withoutImage: unmapped.count + 1 } }),
    /withoutImage/,
  ],
  [
    'a matrix of other pictures',
    ({ fit }) => ({ fit: { ...fit, confusion: fit.confusion.map((row) => row.map(() => 1)) } }),
    /of transfer.fit counts 100 images, transfer.mapped \d+/,
  ],
  [
    'preparations of different pictures',
    ({ fit }) => ({ fit: { ...fit, perClass: fit.perClass.toReversed() } }),
    /must be of the same images/,
  ],
  [
    'a class that there is none of',
    ({ baseline }) => ({ baseline: { ...baseline, class: 'Hat' } }),
    /"Hat" in transfer/,
  ],
];
for (const [what, change, message] of IMPOSSIBLE) {
  test(`a transfer evaluation with ${what} is refused`, (t) => {
    const report = buildReport(withTransfer(sampleResults()));
    const transfer = { ...report.transfer!, ...change(report.transfer!) };
    t.regex(issuesOf({ ...report, transfer }), message);
  });
}

test('with a limit, fewer pictures than were mapped may have been evaluated', (t) => {
  const report = buildReport(withTransfer(sampleResults()));
  const { mapped, rows } = report.transfer!;
  const byArticleType = { ...mapped.byArticleType, Capris: 5 };
  const transfer = {
    ...{ ...report.transfer!, rows: rows + 5 },
    mapped: { count: mapped.count + 5, byArticleType },
  };
  t.regex(issuesOf({ ...report, transfer }), /transfer.mapped/);
  t.is(issuesOf({ ...report, data: { ...report.data, limit: 100 }, transfer }), '');
});

test('docs/report.schema.json is what the code describes', async (t) => {
  const file = new URL('../../../docs/report.schema.json', import.meta.url);
  const written: unknown = JSON.parse(await readFile(file, 'utf8'));
  t.deepEqual(written, JSON.parse(JSON.stringify(reportJsonSchema())), 'see docs/report.md');
});
