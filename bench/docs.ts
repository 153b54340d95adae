import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import writeFileAtomic from 'write-file-atomic';
import { FoldwiseError } from '../shared/errors.ts';
import { type Results } from './results.ts';
import { circumstances, extraLines, markdownTable } from './table.ts';

export const PAGE = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

/** What stands between two marks on the page. */
export type SectionName = 'results' | 'scale';

/** Replaces the results on the page. */
export async function writeDocs(results: Results, page = PAGE): Promise<void> {
  await writeSection('results', resultsSection(results), page);
}

export async function writeSection(
  name: SectionName,
  section: string,
  page: string,
): Promise<void> {
  const { format } = await import('prettier');
  const text = withResults(await readFile(page, 'utf8'), section, name);
  const style = { parser: 'markdown', printWidth: 100, singleQuote: true };
  await writeFileAtomic(page, await format(text, style));
}

/** @throws FoldwiseError for a page without the two marks */
export function withResults(page: string, section: string, name: SectionName = 'results'): string {
  const [first, last] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const start = page.indexOf(first);
  const end = page.indexOf(last);
  if (start < 0 || end < start) {
    throw new FoldwiseError(`docs/benchmarks.md has lost its marks "${first}" and "${last}"`);
  }
  return `${page.slice(0, start + first.length)}\n\n${section}\n\n${page.slice(end)}`;
}

export function resultsSection(results: Results): string {
  return section(results, circumstances(results), 'medians of the same run');
}

/**
 * Results as they stand on a page.
 *
 * @param lines - under what circumstances they were measured
 * @param beside - what the figures beside the table are
 */
export function section(
  results: Pick<Results, 'date' | 'seconds' | 'rows' | 'extras' | 'notes'>,
  lines: readonly string[],
  beside: string,
): string {
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
  const parts = [
    `Measured on ${results.date.slice(0, 10)}, in ${(results.seconds / 60).toFixed(1)} minutes.`,
    list(lines),
    markdownTable(results.rows),
    `Beside them, ${beside}:`,
    list(extraLines(results)),
  ];
  if (results.notes.length > 0) parts.push('Notes of the run:', list(results.notes));
  return parts.join('\n\n');
}
