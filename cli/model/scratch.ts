import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from '../../shared/data/file-problem.ts';
import { FoldwiseError } from '../../shared/errors.ts';

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * A folder for what passes between processes; gone when `use` has ended, however it did.
 *
 * @throws FoldwiseError where it cannot be made or is full
 */
export async function withScratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-model-')).catch((error: unknown) => {
    throw problem('cannot be written to', error);
  });
  try {
    return await use(folder);
  } catch (error) {
    throw NO_ROOM.has(errorCode(error)) ? problem('is full', error) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const problem = (what: string, cause: unknown): FoldwiseError =>
  new FoldwiseError(
    `the folder for temporary files, ${tmpdir()}, ${what}: set TMPDIR to another one`,
    { cause },
  );
