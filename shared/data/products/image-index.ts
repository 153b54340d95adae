import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../errors.ts';
import { errorCode, fileProblem } from '../file-problem.ts';
import type { PictureProblem } from './picture.ts';

export interface ImageFile {
  /** Relative to the folder, "images/1163.jpg". */
  readonly file: string;
  readonly path: string;
  /** Why it must not be opened, if it must not. */
  readonly problem?: PictureProblem;
}

/** By id: the name of the file without its extension. */
export type ImageIndex = ReadonlyMap<string, ImageFile>;

/** Where an id has several files, the first of these counts. */
const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];

/**
 * Lists the pictures in `images/`, whose names are never made from the table: an id can only meet
 * a name that is there. Symbolic links are followed within the folder; one that leads nowhere is
 * as good as no file.
 *
 * @throws DataError where the folder has no `images/` that can be listed
 */
export async function indexImages(folder: string): Promise<ImageIndex> {
  const entries = await listImages(folder);
  const found = new Map<string, { readonly entry: Dirent; readonly rank: number }>();
  for (const entry of entries) {
    const { ext, name: id } = path.parse(entry.name);
    const rank = EXTENSIONS.indexOf(ext.toLowerCase());
    const other = found.get(id);
    if (rank >= 0 && (other === undefined || rank < other.rank)) found.set(id, { entry, rank });
  }
  const index = new Map<string, ImageFile>();
  const roots = await Promise.all([folder, path.join(folder, 'images')].map((it) => realpath(it)));
  for (const [id, { entry }] of found) {
    const image = await imageFile(entry, folder, roots);
    if (image !== undefined) index.set(id, image);
  }
  return index;
}

async function listImages(folder: string): Promise<Dirent[]> {
  const images = path.join(folder, 'images');
  try {
    const entries = await readdir(images, { withFileTypes: true });
    // By code unit, so that the order is that of every machine: "1.JPG" before "1.jpg".
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    if (errorCode(thrown) !== 'ENOENT') throw fileProblem(thrown, images);
    throw new DataError(
      `${folder} has no folder "images": expected a picture images/<id>.jpg for each id in styles.csv`,
      { cause: thrown },
    );
  }
}

async function imageFile(
  entry: Dirent,
  folder: string,
  roots: readonly string[],
): Promise<ImageFile | undefined> {
  const image = {
    file: `images/${entry.name}`,
    path: path.join(folder, 'images', entry.name),
  };
  if (!entry.isSymbolicLink()) return image;
  try {
    const target = await realpath(image.path);
    const isInside = roots.some((root) => target.startsWith(root + path.sep));
    return isInside ? image : { ...image, problem: 'link that leaves the folder' };
  } catch (thrown) {
    return errorCode(thrown) === 'ENOENT' ? undefined : { ...image, problem: 'cannot be read' };
  }
}
