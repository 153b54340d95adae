import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileProblem } from '../../shared/data/file-problem.ts';
import { hasCode } from '../../shared/durable-files.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../json-line.ts';
import { writeAll } from '../model/write-all.ts';
import { paintFor } from '../terminal.ts';
import { DEFAULT_DIR, type RunsFlags } from './flags.ts';
import { readRun } from './read-run.ts';
import { runTable } from './run-table.ts';
import { type RunSummary, summariseRun } from './summarise-run.ts';

/**
 * Lists the runs of a folder, the newest last.
 *
 * @throws DataError where the folder that was named cannot be read
 */
export async function listRuns(flags: RunsFlags, context: Context): Promise<void> {
  const { stdout, signal } = context;
  const dir = flags.dir ?? DEFAULT_DIR;
  const found = await summariesIn(dir, signal, flags.dir === undefined);
  const runs = found.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const text = flags.json ? `${jsonLine({ schema: 1, runs })}\n` : textOf(runs, dir, context);
  await writeAll(stdout, text, signal);
}

const keyOf = ({ createdAt, id }: RunSummary): string => `${createdAt ?? ''} ${id}`;

function textOf(runs: readonly RunSummary[], dir: string, { stdout }: Context): string {
  return runs.length === 0 ? `No runs in ${dir}\n` : runTable(runs, paintFor(stdout));
}

/** One run after the other: a disk that is slow is not made slower. */
async function summariesIn(
  dir: string,
  signal: AbortSignal,
  mayBeMissing: boolean,
): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const folder of await foldersIn(dir, mayBeMissing)) {
    signal.throwIfAborted();
    const run = await readRun(folder);
    if (run) summaries.push(summariseRun(run));
  }
  return summaries;
}

/** The folders in a folder, with their paths. */
export async function foldersIn(dir: string, mayBeMissing: boolean): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map(({ name }) => path.join(dir, name));
  } catch (error) {
    if (mayBeMissing && hasCode(error, 'ENOENT')) return [];
    throw fileProblem(error, dir);
  }
}
