import type { Context } from '../context.ts';
import { jsonLine } from '../json-line.ts';
import { writeAll } from '../model/write-all.ts';
import { paintFor } from '../terminal.ts';
import { describeRun } from './describe-run.ts';
import { findRun } from './find-run.ts';
import type { RunsFlags } from './flags.ts';
import { renderRun } from './render-run.ts';

/**
 * Tells all about one run.
 *
 * @throws UsageError where there is no such run
 */
export async function showRun(name: string, flags: RunsFlags, context: Context): Promise<void> {
  const { stdout, signal } = context;
  const described = describeRun(await findRun(name, flags));
  const text = flags.json ? `${jsonLine(described)}\n` : renderRun(described, paintFor(stdout));
  await writeAll(stdout, text, signal);
}
