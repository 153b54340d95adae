import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

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
