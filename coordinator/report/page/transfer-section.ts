import type { Painter } from '../figures/painter.ts';
import { counted, grouped, percent } from '../format.ts';
import type { Report } from '../report-schema.ts';
import type { ReportTransfer } from '../transfer-schema.ts';
import { classTable } from './classes-section.ts';
import { confusionFigure, confusionLayout } from './confusion-section.ts';
import { coverageOf, folded } from './coverage.ts';
import { html, type Html } from './html.ts';
import { samplesOf } from './samples.ts';
import { table } from './table.ts';
import { transferScores } from './transfer-scores.ts';

const WAYS = ['fit', 'paper'] as const;

/** How the selected model does on pictures of another origin; nothing where none were given. */
export function transferSection(report: Report, paint: Painter): Html | undefined {
  const { transfer, data } = report;
  if (!transfer) return undefined;
  return html`<section id="transfer">
    <h2>Transfer to ${transfer.name}</h2>
    ${introduction(report, transfer)} ${transferScores(report, transfer)}
    <p class="muted">${transfer.caution}</p>
    ${duplicateNote(transfer)}
    <h3>Coverage</h3>
    ${coverageOf(transfer, 'the article type has a class and the image was evaluated')}
    <h3>Confusion matrices</h3>
    <p class="muted">
      Counts of pictures: rows are the true class, columns the predicted one. The classes are not
      equally frequent, so shading is by the share of the row, as above, not by the count.
    </p>
    <div class="${confusionLayout(data.classes)}">
      ${WAYS.map((way) =>
        confusionFigure(paint, data.classes, {
          matrix: transfer[way].confusion,
          of: `transfer, ${way}`,
          caption: html`<b>Transfer, ${way}</b>, ${percent(transfer[way].accuracy)} right`,
        }),
      )}
    </div>
    <h3>Classes</h3>
    <div class="pair">
      ${WAYS.map((way) => classTable(transfer[way].perClass, `Scores of each class, ${way}`))}
    </div>
    ${articleTypeTable(transfer)} ${samplesOf(transfer)}
  </section>`;
}

function introduction({ data }: Report, transfer: ReportTransfer): Html {
  const { width, height } = data.image;
  return html`${
      transfer.synthetic
        ? html`<p>
            <b>Synthetic pictures</b>: drawn by a program, in another style than the training
            images. The numbers show that the program works, and nothing about real garments.
          </p>`
        : undefined
    }
    <p>
      The model of fold ${transfer.fit.fold} on ${counted(evaluated(transfer), 'picture')} of
      another origin, which had no part in training it or choosing it; scored once, after the test.
      The same pictures were made into images of ${width} × ${height} pixels in two ways:
      <b>fit</b>, inverted, cropped to the garment, aspect kept, centred, mirrored where it leans to
      the right; and <b>paper</b>, inverted, grey, stretched.
    </p>`;
}

function duplicateNote(transfer: ReportTransfer): Html | undefined {
  const { duplicates } = transfer;
  if (duplicates.groups === 0) return undefined;
  const { images, groups, conflictingGroups } = duplicates;
  const conflicts = `; in ${counted(conflictingGroups, 'group')} the classes differ, so that not all answers can be right`;
  return html`<p class="muted">
    ${grouped(images)} of the ${counted(evaluated(transfer), 'picture')} are identical to another,
    in ${counted(groups, 'group')}${conflictingGroups > 0 ? conflicts : ''}.
  </p>`;
}

function articleTypeTable({ articleTypes }: ReportTransfer): Html | undefined {
  if (articleTypes.length === 0) return undefined;
  type Row = (typeof articleTypes)[number];
  const bar = (head: string, share: (row: Row) => number) => {
    return {
      head,
      kind: 'number',
      bar: share,
      cell: (row: Row) => percent(share(row), 1),
    } as const;
  };
  return folded(
    `Right answers by article type: ${counted(articleTypes.length, 'article type')}`,
    articleTypes.length,
    table<Row>({
      caption: 'Right answers by article type',
      columns: [
        { head: 'Article type', cell: (row) => row.articleType },
        { head: 'Class', cell: (row) => row.class },
        { head: 'Pictures', kind: 'number', cell: ({ images }) => grouped(images) },
        bar('Right, fit', ({ fitCorrect, images }) => fitCorrect / images),
        bar('Right, paper', ({ paperCorrect, images }) => paperCorrect / images),
      ],
      rows: articleTypes,
    }),
  );
}

const evaluated = ({ fit }: ReportTransfer): number =>
  fit.perClass.reduce((sum, { support }) => sum + support, 0);
