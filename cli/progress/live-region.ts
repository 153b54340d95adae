import { stripVTControlCharacters } from 'node:util';

/** Lines at the bottom of a terminal that are drawn over and over, with lasting lines above. */
export interface LiveRegion {
  /** Replaces the live lines. */
  readonly draw: (lines: readonly string[]) => void;
  /** Writes lasting text above the live lines, which the next drawing puts back. */
  readonly print: (text: string) => void;
  readonly clear: () => void;
}

const ERASE_BELOW = '\u{1b}[J';
const up = (rows: number): string => (rows > 0 ? `\u{1b}[${rows}A` : '');

/** Opens a region where the cursor is. Live lines should not be wider than the terminal. */
export function openLiveRegion(stream: Pick<NodeJS.WriteStream, 'write' | 'columns'>): LiveRegion {
  let drawn: readonly string[] = [];
  // A terminal that became narrower has wrapped what was drawn.
  const rows = (line: string): number =>
    Math.max(1, Math.ceil(stripVTControlCharacters(line).length / (stream.columns || 80)));
  const erase = (): string => {
    const height = drawn.reduce((sum, line) => sum + rows(line), 0);
    return drawn.length === 0 ? '' : `\r${up(height)}${ERASE_BELOW}`;
  };
  const replace = (text: string, lines: readonly string[]): void => {
    const live = lines.map((line) => `${line}\n`).join('');
    stream.write(`${erase()}${text}${live}`);
    drawn = lines;
  };
  return {
    draw: (lines) => {
      if (lines.join('\n') !== drawn.join('\n')) replace('', lines);
    },
    print: (text) => replace(`${text}\n`, drawn),
    clear: () => replace('', []),
  };
}
