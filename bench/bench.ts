import { isatty } from 'node:tty';
import { describeFailure } from '../cli/failure.ts';
import { abortOnSignals } from '../cli/interruption.ts';
import { paintFor } from '../cli/terminal.ts';
import { writeDocs } from './docs.ts';
import { measure } from './measure.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { removePeers } from './peers/environment.ts';
import { readResults, type Results, writeResults, RESULTS_FILE } from './results.ts';
import { measureScale } from './scale/measure-scale.ts';
import {
  readScaleResults,
  SCALE_FILE,
  scaleCircumstances,
  type ScaleResults,
  writeScaleDocs,
} from './scale/results.ts';
import { circumstances, extraLines, terminalTable } from './table.ts';

/** The whole program: runs one command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  const signal = abortOnSignals({ process, isHelper: false, hasTerminal });
  try {
    const options = parseOptions(argv, { writeOut: (text) => void process.stdout.write(text) });
    await perform(options, signal);
  } catch (error) {
    process.exitCode = report(signal.aborted ? signal.reason : error);
  }
}

async function perform(options: BenchOptions, signal: AbortSignal): Promise<void> {
  if (options.removePeers) return removePeers();
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  if (options.scale) {
    if (options.writeDocs) return writeScaleDocs(await readScaleResults());
    const results = await measureScale(options, { signal, say });
    return tell(results, scaleCircumstances(results), SCALE_FILE);
  }
  if (options.writeDocs) return writeDocs(await readResults());
  const results = await measure(options, { signal, say });
  return tell(results, circumstances(results), RESULTS_FILE);
}

async function tell(
  results: Results | ScaleResults,
  circumstances: readonly string[],
  file: string,
): Promise<void> {
  await writeResults(results, file);
  const lines = [
    ...circumstances,
    terminalTable(results.rows, paintFor(process.stdout)),
    ...extraLines(results),
    ...results.notes.map((note) => `note: ${note}`),
    `written to ${file}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function report(thrown: unknown): number {
  const debug = Boolean(process.env['FOLDWISE_DEBUG']);
  const { exitCode, message, stack, isError } = describeFailure(thrown, { debug });
  const label = isError ? `${paintFor(process.stderr)(['red', 'bold'], 'error:')} ` : '';
  if (message !== undefined) process.stderr.write(`${label}${message}\n`);
  if (stack !== undefined) process.stderr.write(`${stack}\n`);
  return exitCode;
}
