import { readdir } from 'node:fs/promises';
import { fileProblem } from './file-problem.ts';

/**
 * The names in a folder, sorted.
 *
 * @throws DataError with one sentence on why it cannot be read
 */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (thrown) {
    throw fileProblem(thrown, folder);
  }
}
