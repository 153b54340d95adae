import { constants } from 'node:fs';
import { access, readdir, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { UNFINISHED } from '../coordinator/record/schema.ts';
import { errorCode } from '../shared/data/file-problem.ts';
import { hasCode, makeFolder } from '../shared/durable-files.ts';
import { asError, FoldwiseError, UsageError } from '../shared/errors.ts';
import { occupied } from './occupied-folder.ts';

/**
 * Checks, without touching anything, that results can go to a folder: it is new or empty, and can
 * be written to. What a program left that was killed before its run began does not count.
 *
 * @throws UsageError saying what is in the way
 */
export async function checkOutDir(folder: string): Promise<void> {
  const nearest = await nearestExisting(path.resolve(folder), folder);
  if (!(await stat(nearest)).isDirectory()) {
    throw new UsageError(`--out ${folder}: ${describe(nearest, folder)} is not a folder`);
  }
  try {
    await access(nearest, constants.W_OK | constants.X_OK);
    if (nearest !== path.resolve(folder)) return;
    if ((await readdir(nearest)).every((name) => name.startsWith(UNFINISHED))) return;
  } catch (error) {
    throw new UsageError(
      `--out ${folder}: ${describe(nearest, folder)} cannot be used (${asError(error).message})`,
    );
  }
  throw await occupied(folder);
}

/** Creates the folder, and those above it. @throws UsageError or, on a full disk, FoldwiseError */
export async function createOutDir(folder: string): Promise<void> {
  try {
    await makeFolder(path.resolve(folder));
  } catch (error) {
    const Problem = hasCode(error, 'ENOSPC') ? FoldwiseError : UsageError;
    throw new Problem(`--out ${folder}: cannot be created (${asError(error).message})`);
  }
}

const describe = (found: string, folder: string): string =>
  found === path.resolve(folder) ? 'it' : found;

async function nearestExisting(folder: string, asked: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    const code = errorCode(error);
    const parent = path.dirname(folder);
    if ((code === 'ENOENT' || code === 'ENOTDIR') && parent !== folder) {
      await refuseDangling(folder, asked);
      return nearestExisting(parent, asked);
    }
    throw new UsageError(`--out ${asked}: cannot be used (${asError(error).message})`);
  }
}

async function refuseDangling(folder: string, asked: string): Promise<void> {
  const target = await readlink(folder).catch(() => undefined);
  if (target === undefined) return;
  throw new UsageError(
    `--out ${asked}: ${describe(folder, asked)} is a dangling symbolic link: ` +
      `it leads to ${target}, which does not exist`,
  );
}
