import path from 'node:path';
import { DataError } from '../errors.ts';
import { CSV_HINT, isCsvName } from './csv.ts';
import { IDX_HINT, isIdxName } from './idx.ts';
import { listFolder } from './list-folder.ts';

/** What a folder of data holds, told by the names of its files. */
export type FolderKind = 'idx' | 'csv' | 'images';

export const STYLES_FILE = 'styles.csv';

interface Kind {
  readonly title: string;
  readonly hint: string;
  readonly isName: (name: string) => boolean;
}

const KINDS: Readonly<Record<FolderKind, Kind>> = {
  idx: { title: 'IDX files', hint: IDX_HINT, isName: isIdxName },
  csv: { title: 'CSV files', hint: CSV_HINT, isName: isCsvName },
  images: {
    title: 'pictures',
    hint: `${STYLES_FILE} and images/<id>.jpg`,
    isName: (name) => name === STYLES_FILE,
  },
};

/** Said wherever a folder is not what it should be. */
export const FOLDER_HINT =
  'a folder holds one of ' +
  Object.values(KINDS)
    .map(({ title, hint }) => `${title} (${hint})`)
    .join('; ');

/** The kind in words, "IDX files". */
export const kindTitle = (kind: FolderKind): string => KINDS[kind].title;

/**
 * Tells what a folder holds.
 *
 * @throws DataError where that is nothing known, or more than one kind
 */
export async function recogniseFolder(folder: string): Promise<FolderKind> {
  const names = await listFolder(folder);
  const found = (Object.keys(KINDS) as FolderKind[]).flatMap((kind) => {
    const name = names.find(KINDS[kind].isName);
    return name === undefined ? [] : [{ kind, name }];
  });
  const [only, ...others] = found;
  if (only === undefined) {
    // torchvision keeps the files there.
    const nested = names.includes('raw') ? `; try ${path.join(folder, 'raw')}` : '';
    throw new DataError(`${folder} holds no data that Foldwise knows: ${FOLDER_HINT}${nested}`);
  }
  if (others.length === 0) return only.kind;
  const kinds = found.map(({ kind, name }) => `${KINDS[kind].title} (${name})`).join(' and ');
  throw new DataError(
    `${folder} holds ${kinds}: put the files of one kind into a folder of their own; ${FOLDER_HINT}`,
  );
}
