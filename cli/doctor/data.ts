import { NAMED_DATASETS } from '../../shared/data/catalogue.ts';
import { loadDataset } from '../../shared/data/load.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import type { Check } from './check.ts';

/** The data known by name, and what the user names, read from the first byte to the last. */
export async function checkData(data: string | undefined): Promise<readonly Check[]> {
  const names = NAMED_DATASETS.map(({ name }) => name).join(', ');
  const known: Check = { name: 'data', status: 'ok', detail: `${names} (built in)` };
  return data === undefined ? [known] : [known, await checkNamed(data)];
}

async function checkNamed(data: string): Promise<Check> {
  const name = 'data';
  try {
    const { train, test, classes, name: found } = (await loadDataset({ data })).dataset;
    const counts = `${train.labels.length} training and ${test.labels.length} test images`;
    return { name, status: 'ok', detail: `${found}: ${counts}, ${classes.length} classes` };
  } catch (error) {
    if (!(error instanceof FoldwiseError)) throw error;
    return { name, status: 'error', detail: error.message };
  }
}
