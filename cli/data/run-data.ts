import { loadDataset, type LoadedDataset } from '../../shared/data/load.ts';
import { UsageError } from '../../shared/errors.ts';
import { pictureProgress } from '../progress/picture-progress.ts';
import type { ResolvedSettings } from '../resolve-settings.ts';
import type { SettingName, Settings } from '../settings.ts';
import { chosenTransfer, type Loading, NO_TRANSFER } from './run-transfer.ts';

type DataSettingName =
  'data' | 'limit' | 'seed' | 'test-fraction' | 'image-size' | 'label-map' | 'transfer';
type RunDataSettings = Pick<ResolvedSettings<DataSettingName>, 'values' | 'given'>;

/**
 * Loads the data of a run, and refuses settings that have no effect on data of their kind.
 *
 * @throws UsageError
 */
export async function loadRunData(
  { values, given }: RunDataSettings,
  loading: Loading,
): Promise<LoadedDataset> {
  const loaded = await loadDataset({
    data: values.data,
    limit: values.limit,
    seed: values.seed,
    testFraction: values['test-fraction'],
    imageSize: values['image-size'],
    labelMap: values['label-map'],
    onProgress: pictureProgress(loading.note),
    signal: loading.signal,
  });
  checkUse(loaded, { values, given });
  return loaded;
}

function checkUse({ dataset, kind }: LoadedDataset, { values, given }: RunDataSettings): void {
  const { data } = values;
  if (given.has('test-fraction') && dataset.holdOut === undefined) {
    throw new UsageError(
      `--test-fraction ${values['test-fraction']} is for data without a test part, but ${data} ` +
        'has one: leave it out',
    );
  }
  const hasTransfer = chosenTransfer(values, dataset) !== NO_TRANSFER;
  if (given.has('label-map') && kind !== 'images' && !hasTransfer) {
    throw new UsageError(
      `--label-map ${values['label-map'] ?? ''} is for folders of pictures with styles.csv, but ` +
        `neither --data ${data} nor --transfer is one: leave it out`,
    );
  }
}

/** Those settings of the data that had an effect, as a configuration file would have them. */
export function effectiveDataSettings(
  values: Settings<DataSettingName>,
  { kind, dataset }: LoadedDataset,
): Partial<Record<SettingName, unknown>> {
  return {
    data: values.data,
    limit: values.limit,
    'test-fraction': dataset.holdOut?.fraction,
    'image-size': kind === 'images' ? dataset.image.height : undefined,
    'label-map': values['label-map'],
    transfer: chosenTransfer(values, dataset),
  };
}
