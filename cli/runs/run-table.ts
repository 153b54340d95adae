import path from 'node:path';
import Table from 'cli-table3';
import { percent, plain, shortened, timestamp } from '../../coordinator/report/format.ts';
import { quotedPath, shortest } from '../shown-path.ts';
import type { Paint, Style } from '../terminal.ts';
import type { RunState } from './read-run.ts';
import type { RunSummary } from './summarise-run.ts';

const GAP = '  ';
const BORDERLESS: Record<string, string> = Object.fromEntries([
  ...['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part): [string, string] => [side + part, '']),
  ),
  ['middle', GAP],
]);

const STYLES: Readonly<Record<RunState, Style>> = {
  running: 'cyan',
  stopped: 'yellow',
  finished: 'green',
  failed: 'red',
  unreadable: 'red',
};

export const paintState = (state: RunState, paint: Paint): string => paint(STYLES[state], state);

/** Rows of cells under a head, without borders. */
export function borderless(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const table = new Table({
    head: head.map((title) => paint('dim', title)),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/**
 * One line a run; what cannot be read is told below. A path is not cut, so that it can be copied, and
 * left out where the id, which names the run as well, is its end.
 */
export function runTable(runs: readonly RunSummary[], paint: Paint): string {
  const rows = runs.map((run) => [
    plain(run.id),
    paintState(run.state, paint),
    run.createdAt === null ? '-' : timestamp(run.createdAt).replace(/:\d+ UTC$/, ''),
    run.folds === null ? '-' : `${run.folds.done}/${run.folds.k}`,
    run.testAccuracy === null ? '-' : percent(run.testAccuracy),
    datasetOf(run),
    folderOf(run),
  ]);
  const head = ['Run', 'State', 'Created (UTC)', 'Folds', 'Test', 'Data', 'Folder'];
  const problems = runs.flatMap(({ problem }) =>
    problem === null ? [] : [`\n${plain(problem)}\n`],
  );
  return `${borderless(head, rows, paint)}${problems.join('')}`;
}

function datasetOf({ dataset }: RunSummary): string {
  if (dataset === null) return '-';
  return `${shortened(plain(dataset.name), 20)}${dataset.synthetic ? ' (drawn)' : ''}`;
}

const folderOf = ({ id, folder }: RunSummary): string =>
  path.basename(folder) === id ? '' : plain(quotedPath(shortest(folder)));
