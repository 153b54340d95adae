import {
  incompleteNotice,
  SYNTHETIC_NOTICE,
  counted,
  duration,
  grouped,
  percent,
  percentRange,
  points,
  timestamp,
} from '../format.ts';
import type { Report } from '../report-schema.ts';
import type { ReportTransfer } from '../transfer-schema.ts';
import { html, type Html, type HtmlValue } from './html.ts';

/** What the page is called, in the window and at its head. */
export function titleOf({ data, run, incomplete }: Report): string {
  const title = `${data.name} in ${run.id}: Foldwise report`;
  const marks = [incomplete && 'INCOMPLETE', data.synthetic && 'SYNTHETIC DATA'];
  return [...marks.filter(Boolean), title].join(' · ');
}

/** What was trained on what, how well it does, and how long it took. */
export function headline(report: Report): Html {
  const { run, data, folds, network, warnings, incomplete } = report;
  const what = network?.file
    ? html`The network of <code>${network.file}</code>`
    : html`The network of the paper`;
  const epochs = folds[0]?.epochs.length ?? 0;
  return html`<header>
    ${data.synthetic ? html`<p class="banner" role="note">${SYNTHETIC_NOTICE}</p>` : undefined}
    ${
      incomplete &&
      html`<p class="banner" role="note">${incompleteNotice(incomplete.missing, folds.length)}</p>`
    }
    <h1>${data.name}: ${folds.length + (incomplete?.missing.length ?? 0)}-fold cross-validation</h1>
    <p class="lead">
      ${what} trained on ${grouped(data.trainSize)} images of
      ${counted(data.classes.length, 'class', 'classes')}, ${counted(folds.length, 'fold')} of
      ${counted(epochs, 'epoch')} each, seed ${run.seed}. Run <code>${run.id}</code>, finished
      ${timestamp(run.finishedAt)}.
    </p>
    ${tiles(report)} ${warnings.length > 0 ? warningList(warnings) : undefined}
    <nav aria-label="Sections">
      <a href="#curves">Learning curves</a><a href="#folds">Folds</a>
      <a href="#confusion">Confusion</a
      ><a href="#classes">Classes</a> ${report.transfer && html`<a href="#transfer">Transfer</a>`}<a
        href="#data"
        >Data</a
      >
      <a href="#settings">Settings</a>
    </nav>
  </header>`;
}

function tiles(report: Report): Html {
  const { run, data, folds, summary, test, transfer } = report;
  const best = folds.find(({ fold }) => fold === summary.bestFold);
  const wallSeconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  const fitSeconds = folds.reduce((sum, fold) => sum + fold.fitSeconds, 0);
  const { meanValidationAccuracy: mean, stdValidationAccuracy: deviation } = summary;
  return html`<dl class="tiles${transfer ? ' six' : ''}">
    ${tile('Test accuracy', percent(test.accuracy), [
      `95% interval ${percentRange(test.interval)}, ${counted(data.testSize, 'image')}`,
      data.holdOut ? ' held out' : '',
    ])}
    ${transfer && transferTiles(transfer)}
    ${tile(
      'Mean validation accuracy',
      html`${percent(mean)} <small>± ${points(deviation)}</small>`,
      [
        `corrected 95% interval ${percentRange(summary.interval)}, ${counted(folds.length, 'fold')}`,
      ],
    )}
    ${tile('Selected model', `fold ${summary.bestFold}`, [
      `validation accuracy ${percent(best?.validation.accuracy ?? 0)}, the highest of ${folds.length} and so optimistic`,
    ])}
    ${tile('Time', duration(wallSeconds), [`training ${duration(fitSeconds)}, summed over folds`])}
  </dl>`;
}

function transferTiles({ name, synthetic, baseline, ...transfer }: ReportTransfer): Html[] {
  const total = transfer.fit.perClass.reduce((sum, { support }) => sum + support, 0);
  const pictures = counted(total, synthetic ? 'synthetic picture' : 'picture');
  const of = name === 'synthetic' ? '' : ` of ${name}`;
  return [
    tile('Transfer accuracy, fit', percent(transfer.fit.accuracy), [
      `95% interval ${percentRange(transfer.fit.interval)}, ${pictures}${of}`,
    ]),
    tile('Transfer accuracy, paper', percent(transfer.paper.accuracy), [
      `95% interval ${percentRange(transfer.paper.interval)}; always “${baseline.class}” gives ${percent(baseline.accuracy)}`,
    ]),
  ];
}

function tile(name: string, value: HtmlValue, notes: HtmlValue): Html {
  return html`<div class="tile">
    <dt>${name}</dt>
    <dd class="value">${value}</dd>
    <dd>${notes}</dd>
  </div>`;
}

function warningList(warnings: readonly string[]): Html {
  return html`<section class="warnings" aria-label="Warnings">
    <h2>${counted(warnings.length, 'warning')}</h2>
    <ul>
      ${warnings.map((warning) => html`<li>${warning}</li>`)}
    </ul>
  </section>`;
}
