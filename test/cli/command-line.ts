import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { runProgram } from '../../cli/main.ts';

const BIN = fileURLToPath(new URL('../../cli/foldwise.js', import.meta.url));

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real program in a folder and waits for its end. */
export async function foldwise(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Record<string, string> },
): Promise<Ran> {
  const options = { cwd, env, reject: false, stdin: 'ignore' } as const;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [BIN, ...args], options);
  return { exitCode, stdout, stderr };
}

/** Runs the program within the test's own process, whose folder it changes: not for tests at once. */
export async function foldwiseHere(
  args: readonly string[],
  { cwd }: { readonly cwd: string },
): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const before = process.cwd();
  process.chdir(cwd);
  try {
    const exitCode = await runProgram(['node', 'foldwise', ...args], {
      // What the program asks of a stream that is no terminal, a plain one has.
      stdout: stdout as unknown as NodeJS.WriteStream,
      stderr: stderr as unknown as NodeJS.WriteStream,
      env: process.env,
      signal: new AbortController().signal,
    });
    return { exitCode, stdout: textOf(stdout), stderr: textOf(stderr) };
  } finally {
    process.chdir(before);
  }
}

const textOf = (stream: PassThrough): string => String(stream.read() ?? '').trimEnd();

/** Gives a new folder, and removes it afterwards. */
export async function withFolder<Result>(
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-cli-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
