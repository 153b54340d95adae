/** Just enough of a terminal to see what a user would: text, line breaks, going up, erasing. */
export function createScreen({ columns = 80, rows = 24, isTTY = true } = {}) {
  let lines: string[] = [''];
  let row = 0;
  let column = 0;
  const put = (character: string): void => {
    const line = (lines[row] ?? '').padEnd(column);
    lines[row] = line.slice(0, column) + character + line.slice(column + 1);
    column += 1;
  };
  const control: Record<string, (count: number) => void> = {
    A: (count) => (row = Math.max(0, row - count)),
    J: () => {
      lines = lines.slice(0, row + 1);
      lines[row] = (lines[row] ?? '').slice(0, column);
    },
    m: () => undefined,
  };
  const writes: string[] = [];
  const stream = {
    columns,
    rows,
    isTTY,
    hasColors: () => false,
    write: (text: string): boolean => {
      writes.push(text);
      for (const [token, count, letter] of text.matchAll(/\u{1b}\[(\d*)([A-Za-z])|[^]/gu)) {
        if (letter !== undefined) control[letter]?.(Number(count || 1));
        else if (token === '\n') [row, column] = [row + 1, 0];
        else if (token === '\r') column = 0;
        else put(token);
      }
      return true;
    },
  };
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    writes,
    shown: () => lines.join('\n').trimEnd().split('\n'),
  };
}
