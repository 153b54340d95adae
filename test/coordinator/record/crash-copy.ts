import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/**
 * Copies the files of a record as a crash at some moment leaves them, though a commit may be under
 * way: what two readings in a row find was there, all of it, between the two.
 */
export async function copyAsCrashed(from: string, to: string): Promise<void> {
  let files = await readAll(from);
  for (;;) {
    const again = await readAll(from);
    if (isDeepStrictEqual(files, again)) break;
    files = again;
  }
  await mkdir(to, { recursive: true });
  for (const [name, bytes] of files) await writeFile(path.join(to, name), bytes);
}

async function readAll(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const name of (await readdir(folder)).filter((each) => each.startsWith('record.db'))) {
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined);
    if (bytes) files.set(name, bytes);
  }
  return files;
}
