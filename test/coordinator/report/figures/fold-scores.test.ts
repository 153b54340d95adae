import test from 'ava';
import { foldScores } from '../../../../coordinator/report/figures/fold-scores.ts';
import { buildReport } from '../../../../coordinator/report/report-json.ts';
import { sampleResults } from '../sample-results.ts';
import { draw } from './drawing.ts';

for (const k of [2, 3, 10, 50]) {
  test(`${k} folds and the test have a point each, the selected fold filled`, async (t) => {
    const report = buildReport(sampleResults({ k, epochs: 2 }));
    const { elements, texts } = await draw(foldScores(report));
    const fills = (colour: string) => elements('path').filter(({ fill }) => fill === colour);
    t.is(fills('var(--page)').length, k - 1);
    t.true(fills('var(--validation)').length >= 1);
    t.true(texts.includes('test'));
    t.true(texts.includes('0'));
  });
}

test('the text alternative names the mean and the test', (t) => {
  const report = buildReport(sampleResults());
  t.regex(
    foldScores(report).label,
    /3 folds, mean 9\d\.\d\d%, beside the test accuracy 9\d\.\d\d%/,
  );
});

test('of very many folds some are drawn, and the selected one', async (t) => {
  const report = buildReport(sampleResults({ k: 1203, epochs: 1 }));
  const summary = { ...report.summary, bestFold: 1001 };
  const { label } = foldScores(report);
  const { elements } = await draw(foldScores({ ...report, summary }));
  const fills = (colour: string) => elements('path').filter(({ fill }) => fill === colour);
  t.is(fills('var(--page)').length, 401);
  t.true(fills('var(--validation)').length >= 1);
  t.regex(label, /^Validation accuracy of 1203 folds/);
});
