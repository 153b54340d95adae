import type { Paint } from '../terminal.ts';
import { type Cell, foldLine, GAP, heading, layOut } from './fold-line.ts';
import type { FoldProgress, RunProgress } from './run-progress.ts';
import { secondsLeft } from './time-left.ts';

export interface TableOptions {
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly paint: Paint;
}

/**
 * The live picture of a run: a line a fold, then one for the run. No line is wider than `columns`
 * less one, so none wraps, and there are fewer than `rows`; of many folds those come first that
 * have most to tell.
 */
export function progressTable(progress: RunProgress, options: TableOptions): string[] {
  const { columns, rows, paint } = options;
  const layout = layOut(progress, columns - 1);
  const shown = chooseFolds(progress.folds, Math.max(1, rows - 4));
  const hidden = progress.folds.length - shown.length;
  const lines = [
    heading(layout),
    ...shown.map(([index, fold]) => foldLine({ progress, index, fold }, layout)),
    ...(hidden > 0 ? [[{ text: `… and ${hidden} more`, style: 'dim' as const }]] : []),
    [{ text: runLine(progress, options.nowMs), style: 'bold' as const }],
  ];
  return lines.map((cells) => render(cells, columns - 1, paint));
}

/** Folds in training first, then those that wait, then the rest; shown in their own order. */
function chooseFolds(folds: readonly FoldProgress[], most: number): [number, FoldProgress][] {
  const rank = { training: 0, failed: 1, waiting: 2, done: 3 };
  return [...folds.entries()]
    .sort(([, a], [, b]) => rank[a.state] - rank[b.state])
    .slice(0, folds.length > most ? most - 1 : most)
    .sort(([a], [b]) => a - b);
}

function runLine(progress: RunProgress, nowMs: number): string {
  const { workers, phase, startedMs } = progress;
  const left = phase === 'training' ? secondsLeft(progress, nowMs) : undefined;
  return [
    doing(progress),
    workers.size === 0
      ? 'waiting for workers'
      : `${workers.size} worker${workers.size > 1 ? 's' : ''}`,
    `elapsed ${clock((nowMs - startedMs) / 1000)}`,
    ...(left === undefined ? [] : [`left about ${clock(left)}`]),
  ].join(' · ');
}

function doing({ phase, folds, best, trying }: RunProgress): string {
  if (phase === 'testing') return `testing fold ${best ?? '?'}`;
  if (phase === 'transferring') return `transfer of fold ${best ?? '?'}${listed(trying)}`;
  const done = folds.filter(({ state }) => state === 'done').length;
  return `${done} of ${folds.length} folds`;
}

const listed = (ways: ReadonlySet<string>): string =>
  ways.size === 0 ? '' : `: ${[...ways].join(', ')}`;

/** 42 → "0:42", 3725 → "1:02:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const two = (count: number): string => String(count).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

function render(cells: readonly Cell[], width: number, paint: Paint): string {
  let room = width;
  let line = '';
  for (const { text, style } of cells) {
    const gap = line === '' ? '' : GAP.slice(0, room);
    const cut = text.slice(0, Math.max(0, room - gap.length));
    room -= gap.length + cut.length;
    line += gap + (style === undefined ? cut : paint(style, cut));
  }
  return line.trimEnd();
}
