import path from 'node:path';
import { z } from 'zod';
import { DataError } from '../errors.ts';
import { readTextFile } from '../text-file.ts';
import { listFolder } from './list-folder.ts';

/** Lies in a folder whose pictures were drawn by Foldwise, so that outputs stay labelled. */
export const SYNTHETIC_MARKER = 'foldwise-synthetic.json';

const MARKER = z.looseObject({ foldwise: z.literal('synthetic') });
const MOST_BYTES = 2 ** 16;

/**
 * Whether a folder says that its pictures are synthetic.
 *
 * @throws DataError for a marker that is none
 */
export async function isMarkedSynthetic(folder: string): Promise<boolean> {
  if (!(await listFolder(folder)).includes(SYNTHETIC_MARKER)) return false;
  const file = path.join(folder, SYNTHETIC_MARKER);
  const text = await readTextFile(file, { shownAs: file, mostBytes: MOST_BYTES });
  if (MARKER.safeParse(parsed(text)).success) return true;
  throw new DataError(
    `${file} is not what "foldwise data synth" writes: expected JSON with "foldwise": "synthetic"; ` +
      'remove it where the pictures are real, else write the folder again',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
