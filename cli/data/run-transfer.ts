import { loadTransfer } from '../../shared/data/transfer.ts';
import type { Dataset } from '../../shared/domain.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import { pictureProgress } from '../model/picture-progress.ts';
import { EMBEDDED_DATA, type RunSettings } from '../settings.ts';

/** How those who wait for data are told, and may stop it. */
export interface Loading {
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

type TransferSettings = Pick<RunSettings, 'transfer' | 'label-map'>;

const NONE = 'none';

/** `--transfer`, or what stands for it: drawn data are tried on drawn pictures of another style. */
export function chosenTransfer({ transfer }: TransferSettings, { synthetic }: Dataset): string {
  return transfer ?? (synthetic ? EMBEDDED_DATA : NONE);
}

/**
 * Loads the pictures that the selected model is tried on after the test.
 *
 * @returns nothing where there are to be none
 * @throws DataError, UsageError as {@link loadTransfer}
 */
export async function loadRunTransfer(
  settings: TransferSettings,
  dataset: Dataset,
  loading: Loading,
): Promise<TransferSet | undefined> {
  const transfer = chosenTransfer(settings, dataset);
  if (transfer === NONE) return undefined;
  const { classes, image } = dataset;
  const labelMap = settings['label-map'];
  return loadTransfer({
    ...{ transfer, classes, image, signal: loading.signal },
    ...(labelMap === undefined ? {} : { labelMap }),
    onProgress: pictureProgress(loading.note),
  });
}
