import { html, type Html, type HtmlValue } from './html.ts';

export interface Column<Row> {
  readonly head: HtmlValue;
  readonly cell: (row: Row, index: number) => HtmlValue;
  /** Numbers are set to the right; text may wrap. Short words by default. */
  readonly kind?: 'number' | 'text';
  /** Draws the cell's background as a bar of this share of the cell. */
  readonly bar?: (row: Row) => number;
}

export interface TableOptions<Row> {
  readonly caption: HtmlValue;
  /** The first column names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Cells of a closing row, one a column. */
  readonly footer?: readonly HtmlValue[];
}

/** A table with a caption, scopes for its headings, and room to scroll on narrow screens. */
export function table<Row>({ caption, columns, rows, footer }: TableOptions<Row>): Html {
  const heads = columns.map(
    ({ head, kind }) => html`<th scope="col" ${classed(kind)}>${head}</th>`,
  );
  const body = rows.map(
    (row, index) =>
      html`<tr>
        ${columns.map((column, at) => bodyCell(column, row, index, at))}
      </tr>`,
  );
  return html`<div class="scroll">
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${body.map((row) => html`${row} `)}
      </tbody>
      ${
        footer &&
        html`<tfoot>
          <tr>
            ${footer.map((cell, at) => footerCell(columns[at]?.kind, cell, at))}
          </tr>
        </tfoot>`
      }
    </table>
  </div>`;
}

/** Names and what they stand for, one pair a row. */
export function pairs(
  caption: string,
  rows: readonly (readonly [string | Html, string | Html])[],
): Html {
  return html`<div class="scroll">
    <table class="pairs">
      <caption>
        <span>${caption}</span>
      </caption>
      <tbody>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="text">${value}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function bodyCell<Row>(column: Column<Row>, row: Row, index: number, at: number): Html {
  const value = column.cell(row, index);
  if (at === 0) return html`<th scope="row" ${classed(column.kind)}>${value}</th>`;
  if (!column.bar) return html`<td${classed(column.kind)}>${value}</td>`;
  const share = column.bar(row).toFixed(3);
  return html`<td class="number bar" style="--share:${share}">${value}</td>`;
}

function footerCell(kind: Column<never>['kind'], value: HtmlValue, at: number): Html {
  if (at === 0) return html`<th scope="row" ${classed(kind)}>${value}</th>`;
  return html`<td${classed(kind)}>${value}</td>`;
}

const classed = (kind: Column<never>['kind']): Html | undefined => kind && html` class="${kind}"`;
