import { randomBytes } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { plain } from '../../coordinator/report/format.ts';
import { errorCode } from '../../shared/data/file-problem.ts';
import { writeFully } from '../../shared/durable-files.ts';
import { asError, FoldwiseError, UsageError } from '../../shared/errors.ts';
import { createToken } from '../../shared/security/token.ts';
import type { Context } from '../context.ts';

const MISUSE: Readonly<Record<string, string>> = {
  EEXIST: 'is there already: name a new file, or remove this one',
  ENOENT: 'cannot be written: its folder does not exist',
  ENOTDIR: 'cannot be written: its folder is a file',
  EACCES: 'cannot be written: permission denied; name another place',
  EPERM: 'cannot be written: permission denied; name another place',
  EROFS: 'cannot be written: the disk is read-only; name another place',
  ENAMETOOLONG: 'is too long a name',
};

/**
 * Writes a new token into a new file that only its owner can read, wholly or not at all.
 *
 * @throws UsageError where the file is there already or cannot be written
 */
export async function writeToken(name: string, { stdout }: Context): Promise<void> {
  if (name === '' || name.includes('\0')) {
    throw new UsageError(`expected the path of a new file, got ${JSON.stringify(name)}`);
  }
  const unfinished = `${name}.${randomBytes(4).toString('hex')}.unfinished`;
  try {
    await writePrivate(unfinished, `${createToken()}\n`);
    // Unlike a renaming, this never replaces what is there.
    await link(unfinished, name);
  } catch (error) {
    const problem = MISUSE[errorCode(error)];
    if (problem !== undefined) throw new UsageError(`${plain(name)} ${problem}`, { cause: error });
    const { message } = asError(error);
    throw new FoldwiseError(`${plain(name)} cannot be written: ${message}`, { cause: error });
  } finally {
    await rm(unfinished, { force: true });
  }
  stdout.write(`${plain(name)}: give it to coordinator and workers with --token-file\n`);
}

async function writePrivate(name: string, text: string): Promise<void> {
  const file = await open(name, 'wx', 0o600);
  try {
    await writeFully(file, Buffer.from(text));
    await file.sync();
  } finally {
    await file.close();
  }
}
