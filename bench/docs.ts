import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';
import { FoldwiseError } from '../shared/errors.ts';
import { type Results } from './results.ts';
import { circumstances, extraLines, markdownTable } from './table.ts';

export const PAGE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));
const START = '<!-- results -->';
const END = '<!-- end of results -->';

/** Replaces the results on the page. */
export async function writeDocs(results: Results, page = PAGE): Promise<void> {
  const { format } = await import('prettier');
  const text = withResults(await readFile(page, 'utf8'), resultsSection(results));
  const style = { parser: 'markdown', printWidth: 100, singleQuote: true };
  await writeFileAtomic(page, await format(text, style));
}

/** @throws FoldwiseError for a page without the two marks */
export function withResults(page: string, section: string): string {
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start < 0 || end < start) {
    throw new FoldwiseError(`docs/benchmarks.md has lost its marks "${START}" and "${END}"`);
  }
  return `${page.slice(0, start + START.length)}\n\n${section}\n\n${page.slice(end)}`;
}

export function resultsSection(results: Results): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
  const parts = [
    `Measured on ${results.date.slice(0, 10)}, in ${(results.seconds / 60).toFixed(1)} minutes.`,
    list(circumstances(results)),
    markdownTable(results.rows),
    'Beside them, medians of the same run:',
    list(extraLines(results)),
  ];
  if (results.notes.length > 0) parts.push('Notes of the run:', list(results.notes));
  return parts.join('\n\n');
}
