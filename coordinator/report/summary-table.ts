import { styleText } from 'node:util';
import Table from 'cli-table3';
import { conclusions, type Paint } from './conclusions.ts';
import { duration, grouped, percent, plain, shortened } from './format.ts';
import type { Report, ReportFold } from './report-schema.ts';

export interface SummaryOptions {
  /** Whether to use terminal colours. */
  readonly color: boolean;
}

const WIDTH = 80;
const GAP = '  ';
const HEADS = [
  ...['Fold', 'Worker', 'Attempt', 'Train', 'Val', 'Epochs'],
  ...['Loss', 'Accuracy', 'Fit'],
];
const WORKER = HEADS.indexOf('Worker');

/** Of more folds than this, only the selected one has its line. */
const MOST_FOLDS = 100;

/** The result of a run for a terminal of 80 columns: the folds, then what they come to. */
export function renderSummary(report: Report, { color }: SummaryOptions): string {
  const paint: Paint = (style, text) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  return `${foldTable(report, paint)}\n\n${conclusions(report, paint)}\n`;
}

function foldTable({ folds: all, summary }: Report, paint: Paint): string {
  const isTooMany = all.length > MOST_FOLDS;
  const folds = isTooMany ? all.filter(({ fold }) => fold === summary.bestFold) : all;
  const others = isTooMany ? `\nand ${grouped(all.length - 1)} more folds: see report.html` : '';
  const rows = fitted(folds.map((fold) => cellsOf(fold, fold.fold === summary.bestFold)));
  const table = new Table({
    head: HEADS.map((head) => paint('dim', head)),
    colAligns: HEADS.map((_, column) => (column === WORKER ? 'left' : 'right')),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(
    ...rows.map((row, index) => {
      return folds[index]?.fold === summary.bestFold ? row.map((cell) => paint('bold', cell)) : row;
    }),
  );
  return `${table.toString()}${others}`;
}

function cellsOf(fold: ReportFold, isSelected: boolean): string[] {
  return [
    `${isSelected ? '* ' : ''}${fold.fold}`,
    plain(fold.worker),
    String(fold.attempt),
    grouped(fold.trainSize),
    grouped(fold.validationSize),
    String(fold.epochs.length),
    fold.validation.loss.toFixed(4),
    percent(fold.validation.accuracy),
    duration(fold.fitSeconds),
  ];
}

/** Shortens the workers' names until the rows are narrower than the terminal. */
function fitted(rows: readonly string[][]): string[][] {
  const widths = HEADS.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const others = widths.reduce((sum, width, column) => sum + (column === WORKER ? 0 : width), 0);
  const room = Math.max(6, WIDTH - 1 - others - GAP.length * (HEADS.length - 1));
  return rows.map((row) => row.map((cell, at) => (at === WORKER ? shortened(cell, room) : cell)));
}

const BORDERLESS: Record<string, string> = Object.fromEntries([
  ...['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part): [string, string] => [side + part, '']),
  ),
  ['middle', GAP],
]);
