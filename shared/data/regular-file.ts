import { stat } from 'node:fs/promises';
import { DataError } from '../errors.ts';

/**
 * The size in bytes of what a path leads to, without opening it: opening a named pipe waits for a
 * writer, and nothing ends that wait.
 *
 * @param shownAs - names the path in the message
 * @throws DataError where that is no regular file; what `stat` throws where there is nothing
 */
export async function regularFileSize(path: string, shownAs: string = path): Promise<number> {
  const found = await stat(path);
  if (found.isFile()) return found.size;
  const what = found.isDirectory() ? 'a folder' : 'a device, pipe or socket';
  throw new DataError(`${shownAs} is ${what}, expected a file`);
}
