import { EMBEDDED_NAME, PUBLISHED_DATASETS } from '../../shared/data/catalogue.ts';
import { loadDataset } from '../../shared/data/load.ts';
import { isFetched } from '../../shared/data/open.ts';
import { FoldwiseError } from '../../shared/errors.ts';
import type { Check } from './check.ts';

/** The data known by name, and what the user names, read from the first byte to the last. */
export async function checkData(data: string | undefined): Promise<readonly Check[]> {
  const published = PUBLISHED_DATASETS.map((dataset) =>
    isFetched(dataset)
      ? `${dataset.name} (fetched)`
      : `${dataset.name} (not fetched: "foldwise data fetch ${dataset.name}")`,
  );
  const detail = [`${EMBEDDED_NAME} (built in)`, ...published].join(', ');
  const known: Check = { name: 'data', status: 'ok', detail };
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
