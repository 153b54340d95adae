import path from 'node:path';
import { DataError } from '../../errors.ts';
import { STYLES_FILE } from '../folder-kind.ts';
import { listFolder } from '../list-folder.ts';
import { readTable } from './table.ts';

export interface Product {
  readonly id: string;
  readonly articleType: string;
}

const PURPOSE = 'that name each picture images/<id>.jpg and what it shows';

/**
 * Reads `styles.csv` as Kaggle ships it, one product a row. A repeated id is a product each time.
 *
 * @throws DataError with one sentence on what is wrong, and its line
 */
export async function readStyles(folder: string): Promise<Product[]> {
  if (!(await listFolder(folder)).includes(STYLES_FILE)) {
    throw new DataError(
      `${folder} has no ${STYLES_FILE}: expected a CSV file with columns id and articleType ${PURPOSE}`,
    );
  }
  const file = path.join(folder, STYLES_FILE);
  const rows = await readTable({
    path: file,
    shownAs: file,
    columns: ['id', 'articleType'],
    purpose: PURPOSE,
  });
  return rows.map(({ values: [id = '', articleType = ''] }) => ({ id, articleType }));
}
