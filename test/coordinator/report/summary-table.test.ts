import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { buildReport } from '../../../coordinator/report/report-json.ts';
import { renderSummary } from '../../../coordinator/report/summary-table.ts';
import { sampleResults } from './sample-results.ts';
import { withTransfer } from './sample-transfer.ts';

test('folds, mean, selection, test and time fill a few lines', (t) => {
  const summary = renderSummary(buildReport(sampleResults()), { color: false });
  t.deepEqual(summary.split('\n'), [
    'Fold  Worker   Attempt   Train     Val  Epochs    Loss  Accuracy         Fit',
    ' * 0  local-0        1  40,000  20,000      15  0.2056    92.59%  1 min 04 s',
    '   1  local-1        2  40,000  20,000      15  0.2179    92.01%  1 min 03 s',
    '   2  local-0        1  40,000  20,000      15  0.2282    91.52%  1 min 03 s',
    '',
    'Validation  92.04% ± 0.44   mean ± std; corrected 95% interval 89.92–94.15%',
    'Selected *  fold 0          92.59%, the highest of 3 and so optimistic',
    'Test        90.91%          95% interval 90.33–91.46%, 10,000 images',
    'Time        2 min 14 s',
    '',
  ]);
});

test('the transfer takes three lines more, and a test part held out is called so', (t) => {
  const results = withTransfer(sampleResults());
  const dataset = { ...results.plan.dataset, holdOut: { fraction: 1 / 7, seed: 3 } };
  const report = buildReport({ ...results, plan: { ...results.plan, dataset } });
  t.deepEqual(renderSummary(report, { color: false }).split('\n').slice(7, 12), [
    'Test        90.91%          95% interval 90.33–91.46%, 10,000 images held out',
    'Transfer    fit 41.89%      95% interval 36.10–47.90%, 265 pictures',
    '            paper 29.06%    95% interval 23.92–34.79%; always one class 15.09%',
    '            fashion-products: 19 unmapped, 2 missing, 3 unreadable',
    'Time        2 min 14 s',
  ]);
});

for (const k of [2, 10, 50]) {
  test(`the summary of ${k} folds fits 80 columns, however long names are`, (t) => {
    const report = buildReport(
      withTransfer(sampleResults({ k, epochs: 200, perClass: { train: 60_000, test: 9 } })),
    );
    const { unmapped, missing, unreadable } = report.transfer!;
    const transfer = {
      ...{ ...report.transfer!, name: 'n'.repeat(99), synthetic: true },
      ...{ unmapped: { ...unmapped, count: 123_456 }, missing: { ...missing, count: 12_345 } },
      unreadable: { ...unreadable, count: 12_345 },
    };
    const folds = report.folds.map((fold) => ({ ...fold, worker: 'w'.repeat(63), attempt: 12 }));
    const lines = renderSummary({ ...report, folds, transfer }, { color: false }).split('\n');
    t.true(lines.every((line) => [...line].length <= 80));
    t.true(lines.length >= k + 5);
  });
}

test('of more than a hundred folds only the selected one has a line', (t) => {
  const report = buildReport(sampleResults({ k: 101 }));
  const [, selected, more] = renderSummary(report, { color: false }).split('\n');
  t.regex(selected!, new RegExp(`^\\s*\\* ${report.summary.bestFold} `));
  t.is(more, 'and 100 more folds: see report.html');
});

test('only the selected fold is marked', (t) => {
  const report = buildReport(sampleResults({ k: 10 }));
  const lines = renderSummary(report, { color: false }).split('\n');
  const marked = lines.filter((line) => /^\s*\* \d/.test(line));
  t.is(marked.length, 1);
  t.regex(marked[0]!, new RegExp(`\\* ${report.summary.bestFold} `));
});

test('colour changes nothing but the colour', (t) => {
  const report = buildReport(sampleResults({ synthetic: true }));
  const coloured = renderSummary(report, { color: true });
  const bare = renderSummary(report, { color: false });
  t.not(coloured, bare);
  t.is(stripVTControlCharacters(coloured), bare);
});

test('synthetic data are named, real data are not', (t) => {
  const summaryOf = (synthetic: boolean) =>
    renderSummary(buildReport(sampleResults({ synthetic })), { color: false });
  t.regex(summaryOf(true), /^SYNTHETIC DATA: /m);
  t.notRegex(summaryOf(false), /synthetic/i);
});

test('synthetic pictures beside real data are named', (t) => {
  const report = buildReport(withTransfer(sampleResults(), { synthetic: true }));
  t.regex(renderSummary(report, { color: false }), /^SYNTHETIC TRANSFER PICTURES: /m);
});

test('warnings are counted', (t) => {
  const report = buildReport({ ...sampleResults(), warnings: ['one', 'two'] });
  t.regex(renderSummary(report, { color: false }), /^Warnings\s+2\s+see report.html$/m);
});

test('a name with control characters cannot write to the terminal', (t) => {
  const report = buildReport(sampleResults());
  const folds = report.folds.map((fold) => ({ ...fold, worker: '\u001b[2Jx\r' }));
  t.notRegex(renderSummary({ ...report, folds }, { color: false }), /[\u001b\r]/);
});
