import type { ConfusionMatrix } from '../../../shared/domain.ts';
import { grouped, percent, shortened } from '../format.ts';
import type { Report } from '../report-schema.ts';
import { html, type Html } from './html.ts';
import { table } from './table.ts';

/** More classes than this are folded away. */
const SHOWN_CLASSES = 40;
const SHOWN_PAIRS = 8;

/** The scores of every class in the test, and the classes most often confused there. */
export function classesSection({ test, data }: Report): Html {
  return html`<section id="classes">
    <h2>Classes in the test</h2>
    <div class="pair">
      <div>${classTable(test.perClass, 'Precision, recall and F1 of each class')}</div>
      ${worstPairs(test.confusion, data.classes)}
    </div>
  </section>`;
}

/** Precision, recall, F1 and support of each class; folded away where there are many. */
export function classTable(rows: Report['test']['perClass'], caption: string): Html {
  type Row = (typeof rows)[number];
  const bar = (head: string, share: (row: Row) => number) => {
    return { head, kind: 'number', bar: share, cell: (row: Row) => percent(share(row)) } as const;
  };
  const scores = table<Row>({
    caption,
    columns: [
      { head: 'Class', cell: (row) => shortened(row.class, 32) },
      bar('Precision', ({ precision }) => precision),
      bar('Recall', ({ recall }) => recall),
      bar('F1', ({ f1 }) => f1),
      { head: 'Images', kind: 'number', cell: ({ support }) => grouped(support) },
    ],
    rows,
  });
  if (rows.length <= SHOWN_CLASSES) return scores;
  return html`<details>
    <summary>Scores of each of the ${rows.length} classes</summary>
    ${scores}
  </details>`;
}

function worstPairs(matrix: ConfusionMatrix, classes: readonly string[]): Html | undefined {
  const rows = confusedPairs(matrix).slice(0, SHOWN_PAIRS);
  if (rows.length === 0) return undefined;
  return table({
    caption: 'Most often confused',
    columns: [
      { head: 'True class', cell: ({ row }) => shortened(classes[row] ?? '', 32) },
      { head: 'Taken for', cell: ({ column }) => shortened(classes[column] ?? '', 32) },
      { head: 'Images', kind: 'number', cell: ({ count }) => grouped(count) },
      { head: 'Of the class', kind: 'number', cell: ({ share }) => percent(share, 1) },
    ],
    rows,
  });
}

/** Off-diagonal cells by count, largest first; equal counts in the order of the matrix. */
export function confusedPairs(matrix: ConfusionMatrix) {
  return matrix
    .flatMap((counts, row) => {
      const total = counts.reduce((sum, count) => sum + count, 0);
      return counts.map((count, column) => ({ row, column, count, share: count / total }));
    })
    .filter(({ row, column, count }) => row !== column && count > 0)
    .sort((a, b) => b.count - a.count);
}
