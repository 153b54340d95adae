import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';

type Implementation = (t: ExecutionContext) => void | Promise<void>;

/**
 * A test that needs programs. Where one is missing it skips, and its title says so; it fails in CI,
 * which has them installed (`.ci/install`) and sets FOLDWISE_REQUIRE_TOOLS.
 */
export function testWith(
  programs: readonly string[],
  title: string,
  implementation: Implementation,
): void {
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length === 0 || process.env['FOLDWISE_REQUIRE_TOOLS']) test(title, implementation);
  else
    test.skip(`${title} (${missing.join(', ')} not found; .ci/install fetches it)`, implementation);
}

/** Runs a program and returns its standard output; rejects with its message where it fails. */
export async function run(program: string, args: readonly string[]): Promise<string> {
  return (await execa(program, args)).stdout;
}

/** Gives a new folder, and removes it afterwards. */
export async function withFolder<Result>(
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-deploy-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
