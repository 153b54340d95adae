import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '../../shared/cache-folder.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import { lastLines, runTool } from '../../worker/engine/tool.ts';

/**
 * A Python environment for those that Foldwise is compared with. It lies in Foldwise's cache, not in
 * a temporary folder: making it takes a minute or more and 5.6 GB, which temporary folders often
 * lack; and who measures three times should measure the same programs. `--remove-peers` removes it.
 */

export interface PeersOptions {
  /** The Python that makes it. */
  readonly python: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** Written last: without it an environment is half-made. */
const COMPLETE = 'complete';

export const peersFolder = (): string => path.join(cacheFolder(), 'bench');

/**
 * Makes the environment, unless it is there.
 *
 * @returns its Python
 * @throws FoldwiseError where Python or pip fails
 */
export async function ensurePeers(options: PeersOptions): Promise<string> {
  const { python, say } = options;
  const identity = await run(options, python, ['-c', 'import sys; print(sys.version, sys.prefix)']);
  const key = environmentKey(await readFile(REQUIREMENTS, 'utf8'), identity);
  const folder = path.join(peersFolder(), key);
  const made = path.join(folder, 'bin', 'python');
  if (existsSync(path.join(folder, COMPLETE))) return made;
  say(`installing PyTorch and skorch into ${folder}: a minute or more, up to 5.6 GB`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await run(options, python, ['-m', 'venv', folder]);
    await run(options, made, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...['--requirement', REQUIREMENTS],
    ]);
    await writeFile(path.join(folder, COMPLETE), '');
    return made;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Removes every such environment. */
export async function removePeers(): Promise<void> {
  await rm(peersFolder(), { recursive: true, force: true });
}

/** Environments of other packages or another Python never share a folder. Pure. */
export function environmentKey(requirements: string, python: string): string {
  const hash = createHash('sha256').update(requirements).update('\0').update(python);
  return `peers-${hash.digest('hex').slice(0, 16)}`;
}

async function run(
  { signal }: PeersOptions,
  file: string,
  args: readonly string[],
): Promise<string> {
  const result = await runTool({ file, args, signal });
  if (result.kind === 'missing') {
    throw new FoldwiseError(`--peers needs Python 3.10 or newer, but there is no ${file}`);
  }
  if (result.exitCode === 0) return result.stdout.trim();
  const said = lastLines(`${result.stdout}\n${result.stderr}`);
  throw new FoldwiseError(
    `"${file} ${args.join(' ')}" failed:\n${said}\n` +
      'It needs Python 3.10 or newer with venv ("apt-get install python3-venv") and pip; ' +
      '--python names another one.',
  );
}
