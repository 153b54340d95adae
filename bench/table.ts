import Table from 'cli-table3';
import type { Paint, Style } from '../cli/terminal.ts';
import type { Results } from './results.ts';
import { isGain, type Row, type Verdict, verdictOf } from './rows.ts';

/** Results for readers: as a table for a terminal, and as one in Markdown. */

const COLUMNS = ['figure', 'ours', 'other', 'ratio', 'must', 'aim', 'reached'];

const WORDS: Readonly<Record<Verdict, string>> = {
  aim: 'aim',
  must: 'must',
  missed: 'missed',
  none: '',
};
const STYLES: Readonly<Record<Verdict, Style>> = {
  aim: ['green', 'bold'],
  must: 'green',
  missed: ['red', 'bold'],
  none: 'dim',
};

export function terminalTable(rows: readonly Row[], paint: Paint): string {
  const table = new Table({
    head: COLUMNS,
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
  });
  for (const row of rows) {
    const cells = cellsOf(row);
    const verdict = verdictOf(row);
    table.push([...cells.slice(0, -1), paint(STYLES[verdict], WORDS[verdict])]);
  }
  return table.toString();
}

export function markdownTable(rows: readonly Row[]): string {
  const lines = [
    COLUMNS,
    ['---', '---:', '---:', '---:', '---:', '---:', '---'],
    ...rows.map(cellsOf),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The figures that stand beside the rows, one a line. */
export const extraLines = ({ extras }: Pick<Results, 'extras'>): string[] =>
  extras.map(({ what, value, unit }) => `${what}: ${amount(value)} ${unit}`);

/** Machine, versions, data and settings, one a line. */
export function circumstances(results: Results): string[] {
  const { machine, versions, data, settings } = results;
  const kind = data.synthetic ? 'drawn by a program' : 'real';
  return [
    `${machineLine(machine)}; ${results.device}`,
    `processor features: ${machine.processorFeatures.join(' ')}`,
    ...loadAndVersions(machine, versions),
    `data: ${data.name} (${kind}), ${data.images} images`,
    `settings: ${settings.step} step, ${settings.threads} threads, batch ${settings.batchSize}, ` +
      `medians of ${settings.repeats} repeats of ${settings.imagesPerRepeat} images`,
  ];
}

/** Which machine it was, and which of its processors were used. */
export const machineLine = (machine: Results['machine']): string =>
  `machine: ${machine.processor}, ${machine.cores} cores, pinned to ` +
  `${machine.pinnedTo.join(', ')}; ${(machine.memoryBytes / 1e9).toFixed(0)} GB; ${machine.system}`;

export const loadAndVersions = (
  { loadAverage }: Results['machine'],
  versions: Results['versions'],
): string[] => [
  `load average before: ${loadAverage.toFixed(2)}`,
  `versions: ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}`,
];

function cellsOf(row: Row): string[] {
  const { figure, unit, ours, other, ratio, must, aim } = row;
  return [
    figure,
    `${amount(ours)} ${unit}`,
    other === null ? '' : `${amount(other)} ${unit}`,
    ratio === null ? '' : relation(row, ratio),
    target(row, must),
    target(row, aim),
    WORDS[verdictOf(row)],
  ];
}

function relation({ comparison }: Pick<Row, 'comparison'>, value: number): string {
  return comparison === 'share' ? `${(value * 100).toFixed(0)}%` : `${value.toFixed(2)}×`;
}

function target(row: Row, value: number | null): string {
  if (value === null) return '';
  const text = row.ratio === null ? `${value} ${row.unit}` : exactRelation(row, value);
  return isGain(row.comparison) ? text : `≤ ${text}`;
}

const exactRelation = ({ comparison }: Row, value: number): string =>
  comparison === 'share' ? `${value * 100}%` : `${value}×`;

/** Three digits, so that a table can be read. */
export const amount = (value: number): string =>
  value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
