import { mean, standardDeviation } from '../../../shared/statistics.ts';
import { foldScores, MOST_DOTS } from '../figures/fold-scores.ts';
import type { Painter } from '../figures/painter.ts';
import { duration, grouped, percent, percentRange, points } from '../format.ts';
import type { Report, ReportFold } from '../report-schema.ts';
import { figure } from './curves-section.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { table } from './table.ts';

/** The score of each fold, their mean and what it is worth, and the test beside them. */
export function foldsSection(report: Report, paint: Painter): Html {
  const { folds, summary, test } = report;
  const isSampled = folds.length > MOST_DOTS;
  const sampled = isSampled ? ` Of ${grouped(folds.length)} folds, some are drawn.` : '';
  const caption = html`<b>Validation accuracy of each fold, and the test</b>. Filled: selected.
    Dashed: mean; band: its corrected interval. Diamond: test, with its interval.${sampled}`;
  return html`<section id="folds">
    <h2>Folds and test</h2>
    <div class="pair">
      ${figure(paint, foldScores(report), caption)}
      <div>
        ${scoreTable(report)}
        <p class="muted">
          Intervals: ${summary.interval.method} for the mean over the folds, which share training
          data (for k folds a heuristic); ${test.interval.method} for the test. Standard deviations
          have divisor k.
        </p>
        <p class="muted">
          Selected: fold ${summary.bestFold}, by ${summary.selection.rule}.
          ${summary.selection.caution}
        </p>
      </div>
    </div>
    ${foldTable(folds, summary.bestFold)}
  </section>`;
}

function scoreTable({ summary, test, folds }: Report): Html {
  const { meanValidationAccuracy: mean, stdValidationAccuracy: deviation } = summary;
  const rows = [
    {
      name: 'Validation, mean\u00a0±\u00a0std',
      accuracy: `${percent(mean)} ± ${points(deviation)}`,
      interval: percentRange(summary.interval),
    },
    {
      name: `Test, model of\u00a0fold\u00a0${test.fold}`,
      accuracy: percent(test.accuracy),
      interval: percentRange(test.interval),
    },
  ];
  return table({
    caption: `Scores of ${folds.length} folds and of the test`,
    columns: [
      { head: 'Score', kind: 'text', cell: ({ name }) => name },
      { head: 'Accuracy', kind: 'number', cell: ({ accuracy }) => accuracy },
      { head: '95% interval', kind: 'number', cell: ({ interval }) => interval },
    ],
    rows,
  });
}

function foldTable(folds: readonly ReportFold[], best: number): Html {
  const number = (head: string, cell: (fold: ReportFold) => HtmlValue) => {
    return { head, cell, kind: 'number' } as const;
  };
  const badge = html`<span class="badge">selected</span>`;
  return table<ReportFold>({
    caption: `The ${folds.length} folds: validation scores, images in both parts, times`,
    columns: [
      { head: 'Fold', cell: ({ fold }) => (fold === best ? html`${fold}${badge}` : fold) },
      number('Accuracy', ({ validation }) => percent(validation.accuracy)),
      number('Loss', ({ validation }) => validation.loss.toFixed(4)),
      number('Training', ({ trainSize }) => grouped(trainSize)),
      number('Validation', ({ validationSize }) => grouped(validationSize)),
      number('Epochs', ({ epochs }) => epochs.length),
      number('Fit time', ({ fitSeconds }) => duration(fitSeconds)),
      number('Score time', ({ scoreSeconds }) => duration(scoreSeconds)),
      { head: 'Worker', cell: ({ worker }) => html`<code>${worker}</code>` },
      number('Attempts', ({ attempt }) => attempt),
    ],
    rows: folds,
    footer: foldFooter(folds),
  });
}

function foldFooter(folds: readonly ReportFold[]): HtmlValue[] {
  const accuracies = folds.map(({ validation }) => validation.accuracy);
  const losses = folds.map(({ validation }) => validation.loss);
  const fits = folds.map(({ fitSeconds }) => fitSeconds);
  return [
    'Mean ± std',
    `${percent(mean(accuracies))} ± ${points(standardDeviation(accuracies))}`,
    `${mean(losses).toFixed(4)} ± ${standardDeviation(losses).toFixed(4)}`,
    ...['', '', ''],
    duration(mean(fits)),
    ...['', '', ''],
  ];
}
