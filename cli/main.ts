import { isatty } from 'node:tty';
import type { Context } from './context.ts';
import { describeFailure } from './failure.ts';
import { isOutputLost, listenForSignals } from './interruption.ts';
import { takeHelperMark } from './local-workers.ts';
import { settled } from './output-error.ts';
import { createProgram } from './program.ts';
import { paintFor } from './terminal.ts';

/** After its work is done, what still holds the process open may do so for this long. */
const LINGER_MS = 2000;

/** The whole program: runs one command line and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const report = (thrown: unknown): number => reportFailure(thrown, process);
  // Of libraries, for those who make them.
  process.noDeprecation = !process.env['FOLDWISE_DEBUG'];
  process.on('uncaughtException', (error) => process.exit(report(error)));
  const isHelper = takeHelperMark(process.env) || (process.connected && argv[2] === 'worker');
  const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  const interruptions = listenForSignals({ process, isHelper, hasTerminal });
  const { stdout, stderr, env } = process;
  process.exitCode = await runProgram(argv, { stdout, stderr, env, ...interruptions });
  // Whoever started this program as a helper waits for its end.
  process.channel?.unref();
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/**
 * Runs one command line and says on standard error what fails.
 * @returns the exit code
 */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  const { stdout, signal } = context;
  const report = (thrown: unknown): number => reportFailure(thrown, context);
  const exitCode = await runCommand(argv, context, report);
  if (exitCode !== 0) return exitCode;
  await settled(stdout);
  return isOutputLost(signal.reason) ? report(signal.reason) : 0;
}

async function runCommand(
  argv: readonly string[],
  context: Context,
  report: (thrown: unknown) => number,
): Promise<number> {
  try {
    await createProgram(context).parseAsync(argv);
    return 0;
  } catch (error) {
    // Once stopping, what fails does so because of it.
    return report(context.signal.aborted ? context.signal.reason : error);
  }
}

function reportFailure(thrown: unknown, { stderr, env }: Pick<Context, 'stderr' | 'env'>): number {
  const debug = Boolean(env['FOLDWISE_DEBUG']);
  const { exitCode, message, stack, isError } = describeFailure(thrown, { debug });
  const label = isError ? `${paintFor(stderr)(['red', 'bold'], 'error:')} ` : '';
  if (message !== undefined) stderr.write(`${label}${message}\n`);
  if (stack !== undefined) stderr.write(`${stack}\n`);
  return exitCode;
}
