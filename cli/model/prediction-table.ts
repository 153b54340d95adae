import { percent, plain, shortened } from '../../coordinator/report/format.ts';
import type { Paint } from '../terminal.ts';
import { jsonLine } from '../json-line.ts';
import type { Prediction } from './predictions.ts';

const WIDTH = 80;
const GAP = '  ';
const HEADS = { file: 'File', class: 'Class', probability: 'Probability' };
const WIDEST_CLASS = 32;

export interface PredictionFormat {
  /** Before the first prediction; empty or whole lines. */
  readonly head: string;
  /** Whole lines for one prediction. */
  readonly format: (prediction: Prediction) => string;
}

export interface TableOptions {
  readonly files: readonly string[];
  readonly classes: readonly string[];
  /** How many classes to show of each picture. */
  readonly top: number;
  readonly paint: Paint;
}

/** A table for a terminal of 80 columns: its columns are known before its rows. */
export function predictionTable({ files, classes, top, paint }: TableOptions): PredictionFormat {
  const shown = classes.map((name) => shortened(plain(name), WIDEST_CLASS));
  const classWidth = Math.max(HEADS.class.length, ...shown.map(lengthOf));
  const room = WIDTH - classWidth - HEADS.probability.length - 2 * GAP.length;
  let longest = HEADS.file.length;
  for (const file of files) longest = Math.max(longest, lengthOf(file));
  const fileWidth = Math.min(room, longest);
  const line = (file: string, name: string, probability: string): string =>
    [
      padded(shortenedInside(plain(file), fileWidth), fileWidth),
      padded(name, classWidth),
      probability.padStart(HEADS.probability.length),
    ].join(GAP);
  return {
    head: `${paint('dim', line(HEADS.file, HEADS.class, HEADS.probability))}\n`,
    format: ({ file, ranked }) =>
      ranked
        .slice(0, top)
        .map(({ index, probability }, rank) => {
          const text = line(rank === 0 ? file : '', shown[index] ?? '', percent(probability));
          return `${rank === 0 ? text : paint('dim', text)}\n`;
        })
        .join(''),
  };
}

/**
 * A line of JSON for each picture.
 *
 * @param top - how many classes `probabilities` names, most probable first; absent for all, in
 *   the model's order
 */
export function predictionLines({
  top,
  isSynthetic,
}: {
  readonly top: number | undefined;
  readonly isSynthetic: boolean;
}): PredictionFormat {
  const format = ({ file, ranked }: Prediction): string => {
    const [answer] = ranked;
    const named =
      top === undefined ? ranked.toSorted((a, b) => a.index - b.index) : ranked.slice(0, top);
    const line = jsonLine({
      file,
      ...answer,
      probabilities: Object.fromEntries(named.map((entry) => [entry.class, entry.probability])),
      ...(isSynthetic ? { synthetic: true } : {}),
    });
    return `${line}\n`;
  };
  return { head: '', format };
}

/** Cuts to at most `length` characters: of a path, the end says more than the middle. */
export function shortenedInside(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const head = Math.floor((length - 1) / 3);
  const tail = length - 1 - head;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

const lengthOf = (text: string): number => [...text].length;
const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - lengthOf(text)));
