import { duration, percent } from '../../coordinator/report/format.ts';
import type { Style } from '../terminal.ts';
import type { FoldProgress, RunProgress } from './run-progress.ts';

/** One cell of a line: text without styles, so that its width is its length. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** Between cells. */
export const GAP = '  ';

/** Widths of the columns, in characters. */
export interface Layout {
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

/** Shares a width among the columns; a narrow one goes without training scores, then without bars. */
export function layOut({ folds, epochs }: RunProgress, width: number): Layout {
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

export function heading({ fold, bar, epoch, hasTraining }: Layout): Cell[] {
  const texts = [
    'fold'.padStart(fold),
    ...(bar > 0 ? [' '.repeat(bar)] : []),
    'epoch'.padStart(epoch),
    ...(hasTraining ? ['training'.padEnd(SCORES)] : []),
    'validation'.padEnd(SCORES),
  ];
  return texts.map((text) => ({ text, style: 'dim' }));
}

export interface FoldRow {
  readonly progress: RunProgress;
  readonly index: number;
  readonly fold: FoldProgress;
}

export function foldLine({ progress, index, fold }: FoldRow, layout: Layout): Cell[] {
  const { epochs, best } = progress;
  const epoch = 'epoch' in fold ? fold.epoch : undefined;
  const kept = 'keptEpoch' in fold ? fold.keptEpoch : 0;
  const ended = fold.state === 'done' ? epochs : (epoch?.epoch ?? kept);
  const counted = fold.state === 'waiting' && kept === 0 ? '' : `${ended}/${epochs}`;
  const cells: Cell[] = [{ text: String(index).padStart(layout.fold) }];
  if (layout.bar > 0) cells.push(bar(ended / epochs, layout.bar, fold.state === 'done'));
  cells.push({ text: counted.padStart(layout.epoch) });
  if (layout.hasTraining) cells.push({ text: scores(epoch?.trainLoss, epoch?.trainAccuracy) });
  cells.push({ text: scores(epoch?.validationLoss, epoch?.validationAccuracy) });
  cells.push(stateCell(fold, index === best, layout.state));
  return cells;
}

function bar(share: number, width: number, isDone: boolean): Cell {
  const filled = Math.round(share * width);
  const text = '━'.repeat(filled) + '─'.repeat(width - filled);
  return { text, style: isDone ? 'green' : 'cyan' };
}

function scores(loss?: number, accuracy?: number): string {
  if (loss === undefined || accuracy === undefined) return ' '.repeat(SCORES);
  const six = loss < 99_999 ? loss.toFixed(4).slice(0, 6) : loss.toExponential(0);
  return `${six.padEnd(6)}${percent(accuracy).padStart(8)}`;
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

/** Names of workers differ at their end, where the process is. */
function keepEnd(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - Math.max(0, width - 1))}`;
}
