import path from 'node:path';

/** Relative to the current folder where the file is below it. */
export function shortest(file: string): string {
  const relative = path.relative('', file);
  return relative.startsWith('..') ? file : relative;
}

/** As a shell takes it for one word. */
export const quotedPath = (file: string): string =>
  /^[\w./:@%+=-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
