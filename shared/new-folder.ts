import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { lstat, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './data/file-problem.ts';
import { hasCode, makeFolder, syncDirectory } from './durable-files.ts';
import { asError, FoldwiseError, UsageError } from './errors.ts';

const REMOVAL = { recursive: true, force: true, maxRetries: 5, retryDelay: 50 } as const;

/** Codes of errors that another name, or other rights, would mend. */
const MISUSE: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV'],
  ...['ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'ENAMETOOLONG', 'ELOOP'],
]);

/**
 * Makes a folder with all that belongs in it, or nothing: it is filled under another name beside
 * its place, and moved there at the end. An empty folder may be there already.
 *
 * @param shownAs - names the folder in messages
 * @param fill - given the folder to fill, which exists and is empty
 * @throws UsageError where the place is taken or cannot be written to
 * @throws FoldwiseError where writing fails, and whatever `fill` throws
 */
export async function createWholeFolder<Result>(
  shownAs: string,
  fill: (folder: string) => Promise<Result>,
): Promise<Result> {
  const place = await freePlace(shownAs);
  const name = `.${path.basename(place)}.${randomBytes(4).toString('hex')}.unfinished`;
  const unfinished = path.join(path.dirname(place), name);
  // Where the process ends without waiting, after a second signal; what is being written may come.
  const clearUp = (): void => rmSync(unfinished, REMOVAL);
  process.once('exit', clearUp);
  try {
    await makeFolder(unfinished);
    const result = await fill(unfinished);
    await rename(unfinished, place);
    await syncDirectory(path.dirname(place));
    return result;
  } catch (error) {
    await rm(unfinished, REMOVAL);
    throw describe(error, shownAs);
  } finally {
    process.off('exit', clearUp);
  }
}

/** The real path of a folder that is not there, or is empty. */
async function freePlace(shownAs: string): Promise<string> {
  const place = path.resolve(shownAs);
  try {
    if (!(await stat(place)).isDirectory()) {
      throw new UsageError(`${shownAs} is not a folder: name a new one`);
    }
    if ((await readdir(place)).length === 0) return await realpath(place);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw describe(error, shownAs);
    return absentPlace(place, shownAs);
  }
  throw new UsageError(`${shownAs} is not empty: name a new folder, or remove this one`);
}

async function absentPlace(place: string, shownAs: string): Promise<string> {
  if ((await lstat(place).catch(() => undefined)) === undefined) return place;
  throw new UsageError(
    `${shownAs} is a dangling symbolic link: it leads to ${await readlink(place)}, which does not ` +
      'exist; name a new folder',
  );
}

/** Errors of the operating system in one sentence; all others as they are. */
function describe(thrown: unknown, shownAs: string): unknown {
  const code = errorCode(thrown);
  if (thrown instanceof FoldwiseError || !/^E[A-Z\d]+$/.test(code)) return thrown;
  // "ENOSPC: no space left on device, write" → "no space left on device"
  const problem = asError(thrown).message.replace(/^E[A-Z\d]+: ([^,]*).*$/s, '$1');
  const message = `${shownAs} cannot be written: ${problem}`;
  return MISUSE.has(code)
    ? new UsageError(`${message}; name another folder`, { cause: thrown })
    : new FoldwiseError(`${message}; nothing was left there`, { cause: thrown });
}
