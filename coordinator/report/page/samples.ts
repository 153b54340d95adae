import type { ReportSample, ReportTransfer } from '../transfer-schema.ts';
import { html, type Html } from './html.ts';

/** Pictures with right and wrong answers, class by class, made both ways. */
export function samplesOf({ samples }: ReportTransfer): Html | undefined {
  if (samples.length === 0) return undefined;
  const classes = [...new Set(samples.map((sample) => sample.class))];
  return html`<h3>Pictures, as the model saw them</h3>
    <p class="muted">
      Of each class as many right as wrong answers, by the <code>fit</code> way, as far as there
      are: their shares here say nothing about the accuracy. Taken at even distances down the table,
      nobody chose them. Left made the <code>fit</code> way, right the <code>paper</code> way.
    </p>
    <div class="blocks">
      ${classes.map(
        (name) =>
          html`<section class="samples">
            <h4>${name}</h4>
            <ul>
              ${samples.filter((sample) => sample.class === name).map(card)}
            </ul>
          </section> `,
      )}
    </div>`;
}

function card(sample: ReportSample): Html {
  return html`<li>
    <div class="pictures">${picture(sample, 'fit')} ${picture(sample, 'paper')}</div>
    ${answer(sample, 'fit')} ${answer(sample, 'paper')}
    <p class="muted">${sample.articleType} <code>${sample.id}</code></p>
  </li> `;
}

function picture({ id, articleType, ...sample }: ReportSample, way: 'paper' | 'fit'): Html {
  const alternative = `${articleType} ${id}, made the ${way} way`;
  return html`<img src="data:image/png;base64,${sample[way].png}" alt="${alternative}" />`;
}

function answer(sample: ReportSample, way: 'paper' | 'fit'): Html {
  const { predicted } = sample[way];
  if (predicted === sample.class) return html`<p class="right">${way} <b>✓ right</b></p>`;
  return html`<p class="wrong">${way} <b>✗ wrong:</b> ${predicted}</p>`;
}
