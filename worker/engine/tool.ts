import { execa } from 'execa';
import { asError } from '../../shared/errors.ts';

export interface ToolRun {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
}

export interface EndedTool {
  readonly kind: 'ended';
  readonly exitCode: number | undefined;
  /** e.g. "SIGKILL"; undefined when the program ended by itself. */
  readonly killedBy: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export type ToolResult = EndedTool | { readonly kind: 'missing' };

const FORCE_AFTER_MS = 2000;

/**
 * Runs a program to its end in a process group of its own, so that aborting ends it with
 * everything it has started. Failing is a result; only an abort throws, with its reason.
 */
export async function runTool({
  file,
  args,
  environment,
  signal,
  onLine,
}: ToolRun): Promise<ToolResult> {
  signal?.throwIfAborted();
  const lines = function* (line: unknown) {
    onLine?.(String(line));
    yield line;
  };
  const child = execa(file, args, {
    detached: true,
    reject: false,
    stdin: 'ignore',
    stdout: lines,
    stderr: 'pipe',
    ...(environment && { env: environment }),
  });
  const release = endGroupOnAbort(child.pid, signal);
  const result = await child.finally(release);
  signal?.throwIfAborted();
  if (result.code === 'ENOENT') return { kind: 'missing' };
  if (result.exitCode === undefined && result.signal === undefined) throw asError(result.cause);
  return {
    kind: 'ended',
    exitCode: result.exitCode,
    killedBy: result.signal,
    stdout: result.stdout,
    stderr: result.stderr,
  };
}

/** The last lines that say anything, indented: where programs put why they failed. */
export function lastLines(text: string, count = 6): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(-count)
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

function endGroupOnAbort(pid: number | undefined, signal: AbortSignal | undefined): () => void {
  if (pid === undefined) return () => undefined;
  let force: NodeJS.Timeout | undefined;
  const end = () => {
    signalGroup(pid, 'SIGTERM');
    force = setTimeout(() => signalGroup(pid, 'SIGKILL'), FORCE_AFTER_MS);
  };
  const kill = () => signalGroup(pid, 'SIGKILL');
  signal?.addEventListener('abort', end, { once: true });
  process.once('exit', kill);
  return () => {
    clearTimeout(force);
    signal?.removeEventListener('abort', end);
    process.off('exit', kill);
    if (signal?.aborted) kill();
  };
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone already.
  }
}
