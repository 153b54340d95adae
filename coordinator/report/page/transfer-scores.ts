import { balancedAccuracy } from '../evaluation-json.ts';
import { percent, percentRange, points } from '../format.ts';
import type { Report, ReportEvaluation } from '../report-schema.ts';
import type { ReportTransfer } from '../transfer-schema.ts';
import type { Html } from './html.ts';
import { table, type Column } from './table.ts';

interface Row {
  readonly name: string;
  readonly accuracy: number;
  readonly interval: string;
  readonly balanced: number;
  readonly loss: string;
}

/** The accuracy in the test, on the pictures made both ways, and of always the same answer. */
export function transferScores({ test }: Report, transfer: ReportTransfer): Html {
  const { baseline, fit, paper } = transfer;
  const occurring = fit.perClass.filter(({ support }) => support > 0).length;
  return table<Row>({
    caption: 'Accuracy in the test and on the pictures',
    columns: columnsBeside(test.accuracy),
    rows: [
      measured('Test', test),
      measured('Transfer, fit', fit),
      measured('Transfer, paper', paper),
      {
        ...{ name: `Always “${baseline.class}”`, accuracy: baseline.accuracy },
        ...{ interval: '', balanced: 1 / occurring, loss: '' },
      },
    ],
  });
}

function measured(name: string, { accuracy, interval, loss, perClass }: ReportEvaluation): Row {
  return {
    ...{ name, accuracy, interval: percentRange(interval), loss: loss.toFixed(3) },
    balanced: balancedAccuracy(perClass),
  };
}

function columnsBeside(test: number): Column<Row>[] {
  return [
    { head: 'Score', cell: ({ name }) => name },
    {
      ...{ head: 'Accuracy', kind: 'number', bar: ({ accuracy }) => accuracy },
      cell: ({ accuracy }) => percent(accuracy),
    },
    { head: '95% interval', kind: 'number', cell: ({ interval }) => interval },
    { head: 'Gap to test', kind: 'number', cell: ({ accuracy }) => gap(accuracy - test) },
    { head: 'Balanced', kind: 'number', cell: ({ balanced }) => percent(balanced) },
    { head: 'Loss', kind: 'number', cell: ({ loss }) => loss },
  ];
}

const gap = (difference: number): string =>
  difference === 0 ? '' : `${difference < 0 ? '−' : '+'}${points(Math.abs(difference))}`;
