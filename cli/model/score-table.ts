import {
  grouped,
  percent,
  percentRange,
  plain,
  shortened,
} from '../../coordinator/report/format.ts';
import type { ReportEvaluation } from '../../coordinator/report/report-schema.ts';
import type { ConfusionMatrix } from '../../shared/domain.ts';
import type { Paint } from '../terminal.ts';

const WIDTH = 80;
const GAP = '  ';
const WIDEST_CLASS = 24;

type Scores = Pick<ReportEvaluation, 'accuracy' | 'loss' | 'confusion' | 'perClass' | 'interval'>;

/** Scores of one part for a terminal of 80 columns: whole lines. */
export function scoreTable(title: string, scores: Scores, paint: Paint): string {
  const { accuracy, loss, interval, perClass, confusion } = scores;
  const classes = perClass.map((row) => shortened(plain(row.class), WIDEST_CLASS));
  const lines = [
    paint('bold', title),
    `Accuracy  ${paint('bold', percent(accuracy))}${GAP}95% interval ${percentRange(interval)}`,
    `Loss      ${loss.toFixed(4)}`,
    '',
    ...classLines(scores, classes, paint),
    '',
    ...confusionLines(confusion, classes, paint),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function classLines({ perClass }: Scores, classes: readonly string[], paint: Paint): string[] {
  const heads = ['Precision', 'Recall', 'F1', 'Images'];
  const rows = perClass.map(({ precision, recall, f1, support }) => [
    ...[precision, recall, f1].map((share) => percent(share)),
    grouped(support),
  ]);
  return columns({ corner: 'Class', heads, names: classes, rows, paint });
}

function confusionLines(
  confusion: ConfusionMatrix,
  classes: readonly string[],
  paint: Paint,
): string[] {
  const names = classes.map((name, label) => `${label} ${name}`);
  const lines = columns({
    corner: 'True class',
    heads: classes.map((_, label) => String(label)),
    names,
    rows: confusion.map((row) => row.map(String)),
    paint: (_style, text) => text,
  });
  const [head = '', ...rest] = lines;
  if (head.length <= WIDTH) {
    return ['Confusion matrix: rows true class, columns predicted', paint('dim', head), ...rest];
  }
  return [`The confusion matrix of ${classes.length} classes is too wide here: see --json`];
}

interface Columns {
  readonly corner: string;
  readonly heads: readonly string[];
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly paint: Paint;
}

/** Names to the left, numbers to the right, each column as wide as what is in it. */
function columns({ corner, heads, names, rows, paint }: Columns): string[] {
  const nameWidth = Math.max(...[corner, ...names].map(lengthOf));
  const widths = heads.map((head, at) =>
    Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (name: string, cells: readonly string[]): string =>
    [
      name + ' '.repeat(nameWidth - lengthOf(name)),
      ...cells.map((cell, at) => cell.padStart(widths[at] ?? 0)),
    ].join(GAP);
  return [paint('dim', line(corner, heads)), ...rows.map((row, at) => line(names[at] ?? '', row))];
}

const lengthOf = (text: string): number => [...text].length;
