import { lstat, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/data/file-problem.ts';
import { asError, FoldwiseError } from '../../shared/errors.ts';
import { type Layout, RUN, turnOf } from './run-layout.ts';

/**
 * Removes what Foldwise has written into the folder of a run, and the folder where nothing else is
 * in it.
 *
 * @returns what is left, relative to the folder
 * @throws FoldwiseError where something cannot be removed
 */
export async function removeFiles(folder: string): Promise<string[]> {
  try {
    const real = await realpath(folder);
    const kept = await removeKnown(real, RUN);
    if (kept.length > 0) return kept;
    await rmdir(real);
    if ((await lstat(folder).catch(() => undefined))?.isSymbolicLink()) await rm(folder);
    return [];
  } catch (error) {
    const problem = PROBLEMS[errorCode(error)] ?? asError(error).message;
    throw new FoldwiseError(`the run in ${folder} cannot be removed: ${problem}`, { cause: error });
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied; let this user write in it, and in the folder above',
  EPERM: 'permission denied; let this user write in it, and in the folder above',
};

async function removeKnown(folder: string, { files, folders = [] }: Layout): Promise<string[]> {
  const kept: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => turnOf(a.name) - turnOf(b.name))) {
    const { name } = entry;
    const below = path.join(folder, name);
    const content = folders.find(([known]) => known.test(name))?.[1];
    if (entry.isDirectory() && content !== undefined) {
      const left = await removeKnown(below, content);
      kept.push(...left.map((each) => path.join(name, each)));
      if (left.length === 0) await rmdir(below);
    } else if (entry.isFile() && files.test(name)) {
      await rm(below, { force: true });
    } else {
      kept.push(name);
    }
  }
  return kept.toSorted();
}
