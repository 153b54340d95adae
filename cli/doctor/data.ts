import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { asError } from '../../shared/errors.ts';
import type { Check } from './check.ts';

const IDX_FILES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];

/** The data that comes with the program, and the user's folder if one is named. */
export async function checkData(folder: string | undefined): Promise<readonly Check[]> {
  const embedded: Check = { name: 'data', status: 'ok', detail: 'synthetic (built in)' };
  return folder === undefined ? [embedded] : [embedded, await checkFolder(path.resolve(folder))];
}

async function checkFolder(folder: string): Promise<Check> {
  const name = 'data';
  try {
    const names = new Set(await readdir(folder));
    const absent = IDX_FILES.filter((file) => !names.has(file) && !names.has(`${file}.gz`));
    if (absent.length === 0) {
      return { name, status: 'ok', detail: `${folder}: the four IDX files are there` };
    }
    return {
      name,
      status: 'error',
      detail: `${folder}: no ${absent.join(', no ')}`,
      remedy: 'A folder of data holds the four IDX files of MNIST or Fashion-MNIST, .gz or not.',
    };
  } catch (error) {
    const remedy = 'Name a folder that is there and can be read.';
    return { name, status: 'error', detail: asError(error).message, remedy };
  }
}
