import type { Metric } from '../figures/axes.ts';
import { foldCurves, meanEpochs, MOST_DRAWN, overviewCurves } from '../figures/curves.ts';
import type { Drawing, Painter } from '../figures/painter.ts';
import { grouped, percent } from '../format.ts';
import type { Report, ReportFold } from '../report-schema.ts';
import { html, type Html, type HtmlValue } from './html.ts';
import { table } from './table.ts';

/** More folds than this are folded away. */
const SHOWN_FOLDS = 12;

/** Loss and accuracy, training against validation: all folds together, then one by one. */
export function curvesSection({ folds, summary }: Report, paint: Painter): Html {
  const overview = (['accuracy', 'loss'] as const).map((metric) =>
    figure(paint, overviewCurves(folds, metric), html`<b>${TITLES[metric]}</b>, all folds`),
  );
  return html`<section id="curves">
    <h2>Learning curves</h2>
    ${isOneEpoch(folds) ? dotKey(folds.length) : lineKey(folds.length)}
    <div class="pair">${overview}</div>
    <p class="muted">
      Training values are running means taken while the weights still moved and dropout was on;
      validation is measured at the end of each epoch without dropout. Validation may therefore lead
      training in early epochs.
    </p>
    ${perFold(folds, summary.bestFold, paint)} ${epochTable(folds)}
  </section>`;
}

/** A drawing with its caption above it. */
export function figure(paint: Painter, drawing: Drawing, caption: HtmlValue): Html {
  return html`<figure>
    <figcaption>${caption}</figcaption>
    ${paint(drawing)}
  </figure> `;
}

const TITLES: Readonly<Record<Metric, string>> = {
  accuracy: 'Accuracy',
  loss: 'Loss (mean cross-entropy)',
};

/** A single epoch makes dots, more make lines. */
const isOneEpoch = (folds: readonly ReportFold[]): boolean => meanEpochs(folds).length === 1;

function dotKey(folds: number): Html {
  return html`<ul class="key">
    <li>${dot('training', 5, 'hollow')}training</li>
    <li>${dot('validation', 5)}validation</li>
    <li>${dot('muted', 3)}one of ${folds} folds; the large dot is their mean</li>
  </ul>`;
}

function dot(colour: string, radius: number, fill?: 'hollow'): Html {
  const paint = `var(--${colour})`;
  return html`<svg class="dot" viewBox="0 0 12 12" aria-hidden="true">
    <circle
      cx="6"
      cy="6"
      r="${fill ? radius - 1 : radius}"
      fill="${fill ? 'none' : paint}"
      stroke="${fill ? paint : 'none'}"
      stroke-width="2"
    />
  </svg>`;
}

function lineKey(folds: number): Html {
  return html`<ul class="key">
    <li>${swatch('training', 2, '6 4')}training</li>
    <li>${swatch('validation', 2)}validation</li>
    <li>${swatch('muted', 1)}one of ${folds} folds; the thick line is their mean</li>
  </ul>`;
}

function swatch(colour: string, width: number, dashes?: string): Html {
  const dashed = dashes && html` stroke-dasharray="${dashes}"`;
  const line = html`<path
    d="M0 6H32"
    fill="none"
    stroke="var(--${colour})"
    stroke-width="${width}"
    ${dashed}
  />`;
  return html`<svg viewBox="0 0 32 12" aria-hidden="true">${line}</svg>`;
}

function perFold(folds: readonly ReportFold[], best: number, paint: Painter): Html {
  if (folds.length > MOST_DRAWN) {
    return html`<p class="muted">
      Of ${grouped(folds.length)} folds, some are drawn above, and none by itself; report.json has
      the numbers of all.
    </p>`;
  }
  const panels = (['accuracy', 'loss'] as const).map((metric) => {
    const figures = folds.map((fold) =>
      figure(
        paint,
        foldCurves(fold, folds, metric),
        html`<b>Fold ${fold.fold}</b>${fold.fold === best ? ', selected' : ''}`,
      ),
    );
    return html`<h3>${TITLES[metric]} by fold</h3>
      <div class="many">${figures}</div>`;
  });
  if (folds.length <= SHOWN_FOLDS) return html`${panels}`;
  return html`<details>
    <summary>Curves of each of the ${folds.length} folds</summary>
    ${panels}
  </details>`;
}

function epochTable(folds: readonly ReportFold[]): Html {
  const kind = 'number' as const;
  return html`<details>
    <summary>The means as numbers</summary>
    ${table({
      caption: `Means over ${folds.length} folds, epoch by epoch`,
      columns: [
        { head: 'Epoch', kind, cell: ({ epoch }) => epoch },
        { head: 'Training loss', kind, cell: ({ trainLoss }) => trainLoss.toFixed(4) },
        { head: 'Validation loss', kind, cell: ({ validationLoss }) => validationLoss.toFixed(4) },
        { head: 'Training accuracy', kind, cell: ({ trainAccuracy }) => percent(trainAccuracy) },
        {
          ...{ head: 'Validation accuracy', kind },
          cell: ({ validationAccuracy }) => percent(validationAccuracy),
        },
      ],
      rows: meanEpochs(folds),
    })}
  </details>`;
}
