import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/data/file-problem.ts';

/** A file, or folder, that gives no picture. */
export interface Unusable {
  readonly file: string;
  readonly reason: string;
}

export interface FoundPictures {
  readonly files: readonly string[];
  readonly unusable: readonly Unusable[];
}

const PICTURE_NAME = /\.(jpe?g|png|webp|gif|tiff?)$/i;

/**
 * Turns the arguments of the command line into files: a folder stands for the pictures in it, told
 * by their names' endings, in the order of their names (img2 before img10); folders in it, and
 * hidden files, are left out.
 */
export async function findPictures(names: readonly string[]): Promise<FoundPictures> {
  const files: string[] = [];
  const unusable: Unusable[] = [];
  for (const name of names) {
    const found = await expand(name);
    if (typeof found === 'string') unusable.push({ file: name, reason: found });
    else for (const file of found) files.push(file);
  }
  return { files, unusable };
}

/** @returns files, or why there are none */
async function expand(name: string): Promise<readonly string[] | string> {
  try {
    if (!(await stat(name)).isDirectory()) return [name];
    const entries = await readdir(name, { withFileTypes: true });
    const pictures = entries
      .filter((entry) => !entry.isDirectory() && PICTURE_NAME.test(entry.name))
      .map((entry) => entry.name)
      .filter((entry) => !entry.startsWith('.'));
    if (pictures.length === 0) return 'a folder without pictures (*.jpg, *.png, …)';
    const { compare } = new Intl.Collator('en', { numeric: true });
    return pictures.sort(compare).map((entry) => path.join(name, entry));
  } catch (error) {
    return describe(errorCode(error));
  }
}

function describe(code: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return `cannot be read (${code})`;
}
