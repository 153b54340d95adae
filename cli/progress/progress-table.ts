import { duration, percent } from '../../coordinator/report/format.ts';
import type { Paint, Style } from '../terminal.ts';
import type { FoldProgress, RunProgress } from './run-progress.ts';
import { secondsLeft } from './time-left.ts';

export interface TableOptions {
  readonly columns: number;
  readonly rows: number;
  readonly nowMs: number;
  readonly paint: Paint;
}

/** One cell of a line: text without styles, so that its width is its length. */
interface Cell {
  readonly text: string;
  readonly style?: Style;
}

interface Layout {
  readonly fold: number;
  /** Columns of the bar; 0 leaves it out. */
  readonly bar: number;
  readonly epoch: number;
  readonly hasTraining: boolean;
  readonly state: number;
}

const SCORES = 'loss  accuracy'.length;
/** "done, 1 min 05 s, best" fits. */
const STATE = 22;
const GAP = '  ';

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

function layOut({ folds, epochs }: RunProgress, width: number): Layout {
  const fold = Math.max(4, String(folds.length - 1).length);
  const epoch = Math.max(5, 2 * String(epochs).length + 1);
  const fixed = fold + epoch + SCORES + 3 * GAP.length;
  const hasTraining = width >= fixed + SCORES + GAP.length + STATE;
  const free = width - fixed - (hasTraining ? SCORES + GAP.length : 0);
  const bar = Math.max(0, Math.min(24, free - STATE - GAP.length));
  const hasBar = bar >= 5;
  return {
    fold,
    epoch,
    hasTraining,
    bar: hasBar ? bar : 0,
    state: Math.max(0, hasBar ? free - bar - GAP.length : free),
  };
}

/** Folds in training first, then those that wait, then the rest; shown in their own order. */
function chooseFolds(folds: readonly FoldProgress[], most: number): [number, FoldProgress][] {
  const rank = { training: 0, failed: 1, waiting: 2, done: 3 };
  return [...folds.entries()]
    .sort(([, a], [, b]) => rank[a.state] - rank[b.state])
    .slice(0, folds.length > most ? most - 1 : most)
    .sort(([a], [b]) => a - b);
}

function heading({ fold, bar, epoch, hasTraining }: Layout): Cell[] {
  const texts = [
    'fold'.padStart(fold),
    ...(bar > 0 ? [' '.repeat(bar)] : []),
    'epoch'.padStart(epoch),
    ...(hasTraining ? ['training'.padEnd(SCORES)] : []),
    'validation'.padEnd(SCORES),
  ];
  return texts.map((text) => ({ text, style: 'dim' }));
}

interface FoldRow {
  readonly progress: RunProgress;
  readonly index: number;
  readonly fold: FoldProgress;
}

function foldLine({ progress, index, fold }: FoldRow, layout: Layout): Cell[] {
  const { epochs, best } = progress;
  const epoch = 'epoch' in fold ? fold.epoch : undefined;
  const ended = fold.state === 'done' ? epochs : (epoch?.epoch ?? 0);
  const counted = fold.state === 'waiting' ? '' : `${ended}/${epochs}`;
  const cells: Cell[] = [{ text: String(index).padStart(layout.fold) }];
  if (layout.bar > 0) cells.push(...bar(ended / epochs, layout.bar, fold.state === 'done'));
  cells.push({ text: counted.padStart(layout.epoch) });
  if (layout.hasTraining) cells.push({ text: scores(epoch?.trainLoss, epoch?.trainAccuracy) });
  cells.push({ text: scores(epoch?.validationLoss, epoch?.validationAccuracy) });
  cells.push(stateCell(fold, index === best, layout.state));
  return cells;
}

function bar(share: number, width: number, isDone: boolean): Cell[] {
  const filled = Math.round(share * width);
  return [
    {
      text: '━'.repeat(filled) + '─'.repeat(width - filled),
      style: isDone ? 'green' : 'cyan',
    },
  ];
}

function scores(loss?: number, accuracy?: number): string {
  if (loss === undefined || accuracy === undefined) return ' '.repeat(SCORES);
  return `${loss.toPrecision(4).slice(0, 6).padEnd(6)}${percent(accuracy).padStart(8)}`;
}

function stateCell(fold: FoldProgress, isBest: boolean, width: number): Cell {
  switch (fold.state) {
    case 'waiting':
      return {
        text: fold.attempt > 1 ? `waiting, attempt ${fold.attempt}` : 'waiting',
        style: 'dim',
      };
    case 'training': {
      const attempt = fold.attempt > 1 ? `, attempt ${fold.attempt}` : '';
      return { text: keepEnd(fold.worker, width - attempt.length) + attempt };
    }
    case 'done':
      return {
        text: `done, ${duration(fold.fitSeconds)}${isBest ? ', best' : ''}`,
        style: 'green',
      };
    case 'failed':
      return { text: 'failed', style: 'red' };
  }
}

function runLine(progress: RunProgress, nowMs: number): string {
  const { folds, workers, phase, startedMs, best } = progress;
  const done = folds.filter(({ state }) => state === 'done').length;
  const left = phase === 'training' ? secondsLeft(progress, nowMs) : undefined;
  return [
    phase === 'testing' ? `testing fold ${best ?? '?'}` : `${done} of ${folds.length} folds`,
    workers.size === 0
      ? 'waiting for workers'
      : `${workers.size} worker${workers.size > 1 ? 's' : ''}`,
    `elapsed ${clock((nowMs - startedMs) / 1000)}`,
    ...(left === undefined ? [] : [`left about ${clock(left)}`]),
  ].join(' · ');
}

/** 42 → "0:42", 3725 → "1:02:05". */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, rest = 0] = parts;
  const two = (count: number): string => String(count).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Names of workers differ at their end, where the process is. */
function keepEnd(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - Math.max(0, width - 1))}`;
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
