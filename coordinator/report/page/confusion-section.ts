import type { ConfusionMatrix } from '../../../shared/domain.ts';
import { addConfusions } from '../../../shared/metrics.ts';
import { confusionHeatmap } from '../figures/confusion.ts';
import type { Painter } from '../figures/painter.ts';
import { counted } from '../format.ts';
import type { Report } from '../report-schema.ts';
import { figure } from './curves-section.ts';
import { html, type Html } from './html.ts';

/** Up to here matrices lie side by side, and each fold's is drawn as well. */
const MOST_FOLDS = 12;
const MOST_CLASSES = 24;

/** Confusion matrices of validation, summed and fold by fold, and of the test. */
export function confusionSection(report: Report, paint: Painter): Html {
  const { folds, data, test } = report;
  const validation = addConfusions(folds.map((fold) => fold.validation.confusion));
  const draw = (matrix: ConfusionMatrix, of: string, caption: Html): Html =>
    confusionFigure(paint, data.classes, { matrix, of, caption });
  return html`<section id="confusion">
    <h2>Confusion matrices</h2>
    <p class="muted">
      Counts of images: rows are the true class, columns the predicted one; blank is none. Shading
      is the share of the row: <b class="right">right answers</b> in proportion,
      <b class="wrong">errors</b> by the square root, so that rare ones show.
    </p>
    <div class="${confusionLayout(data.classes)}">
      ${draw(validation, 'validation', html`<b>Validation</b>, summed over ${counted(folds.length, 'fold')}: every training image once`)}
      ${draw(test.confusion, 'test', html`<b>Test</b>, ${counted(data.testSize, 'image')}, model of fold ${test.fold}`)}
    </div>
    ${eachFold(report, draw)}
  </section>`;
}

/** Matrices side by side, or below each other where they are large. */
export const confusionLayout = (classes: readonly string[]): string =>
  classes.length > MOST_CLASSES ? 'pair stack' : 'pair';

/** A confusion matrix with its caption, and words for those who cannot see it. */
export function confusionFigure(
  paint: Painter,
  classes: readonly string[],
  { matrix, of, caption }: { matrix: ConfusionMatrix; of: string; caption: Html },
): Html {
  return figure(paint, confusionHeatmap(matrix, classes, alternative(matrix, of)), caption);
}

function eachFold(
  { folds, data }: Report,
  draw: (matrix: ConfusionMatrix, of: string, caption: Html) => Html,
): Html | undefined {
  if (folds.length > MOST_FOLDS || data.classes.length > MOST_CLASSES) return undefined;
  const figures = folds.map(({ fold, validation }) =>
    draw(validation.confusion, `fold ${fold}`, html`<b>Fold ${fold}</b>, validation`),
  );
  return html`<details>
    <summary>Confusion matrix of each fold</summary>
    <div class="pair">${figures}</div>
  </details>`;
}

function alternative(matrix: ConfusionMatrix, of: string): string {
  const total = matrix.flat().reduce((sum, count) => sum + count, 0);
  const right = matrix.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return (
    `Confusion matrix of ${of}: ${matrix.length} classes, ` +
    `${right} of ${counted(total, 'image')} on the diagonal.`
  );
}
