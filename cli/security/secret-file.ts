import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { fileProblem } from '../../shared/data/file-problem.ts';
import { DataError, UsageError } from '../../shared/errors.ts';

export interface SecretFileOptions {
  /** Names the file in messages: its option and path. */
  readonly shownAs: string;
  readonly mostBytes: number;
  /** Who besides the owner may read it: nobody, or the group too, as files of Kubernetes have it. */
  readonly readers: 'owner' | 'group';
}

const FORBIDDEN = { owner: 0o077, group: 0o007 } as const;

/**
 * Reads a file that holds a secret. Its mode is asked of the file that was opened, so that none can
 * take its place in between.
 *
 * @throws UsageError where it cannot be read, is no regular file, is too large, or others can read
 *   it; the content is never repeated
 */
export async function readSecretFile(path: string, options: SecretFileOptions): Promise<Buffer> {
  let file: FileHandle | undefined;
  try {
    // A named pipe would otherwise be waited for.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readChecked(file, path, options);
  } catch (error) {
    throw error instanceof UsageError ? error : fileProblem(error, options.shownAs);
  } finally {
    await file?.close();
  }
}

async function readChecked(
  file: FileHandle,
  path: string,
  { shownAs, mostBytes, readers }: SecretFileOptions,
): Promise<Buffer> {
  const entry = await file.stat();
  if (entry.isDirectory()) throw new DataError(`${shownAs} is a folder, expected a file`);
  if (!entry.isFile()) {
    throw new DataError(`${shownAs} is a device, pipe or socket, expected a file`);
  }
  if ((entry.mode & FORBIDDEN[readers]) !== 0) {
    const mode = (entry.mode & 0o777).toString(8).padStart(4, '0');
    throw new UsageError(
      `${shownAs} holds a secret, and others can read it (its mode is ${mode}): chmod 600 ${path}`,
    );
  }
  if (entry.size > mostBytes) {
    throw new DataError(`${shownAs} is larger than ${mostBytes} bytes, the most allowed`);
  }
  return await file.readFile();
}
