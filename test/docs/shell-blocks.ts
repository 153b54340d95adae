import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../helpers/foldwise.ts';

/** Commands that a page tells its reader to run together. */
export interface ShellBlock {
  /** e.g. "README.md:24" */
  readonly place: string;
  /** Comments and empty lines left out, continued lines joined. */
  readonly commands: readonly string[];
}

/** The fenced blocks of a page that are marked as shell, in order. */
export function shellBlocks(page: string): ShellBlock[] {
  const lines = readFileSync(path.join(root, page), 'utf8').split('\n');
  const blocks: ShellBlock[] = [];
  let opened: number | null = null;
  lines.forEach((line, index) => {
    if (opened === null && /^\s*```(sh|bash|shell|console)\s*$/.test(line)) opened = index;
    else if (opened !== null && /^\s*```\s*$/.test(line)) {
      blocks.push({
        place: `${page}:${opened + 1}`,
        commands: commandsOf(lines.slice(opened + 1, index)),
      });
      opened = null;
    }
  });
  return blocks;
}

function commandsOf(lines: readonly string[]): string[] {
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#\s.*$/, '').trim())
    .filter((line) => line !== '');
}
