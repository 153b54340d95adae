import { realpath } from 'node:fs/promises';
import { loadTransfer } from '../../shared/data/transfer.ts';
import type { Dataset } from '../../shared/domain.ts';
import { UsageError } from '../../shared/errors.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import { pictureProgress } from '../model/picture-progress.ts';
import { EMBEDDED_DATA, type RunSettings } from '../settings.ts';

/** How those who wait for data are told, and may stop it. */
export interface Loading {
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

type TransferSettings = Pick<RunSettings, 'data' | 'transfer' | 'label-map'>;

const NONE = 'none';

/** `--transfer`, or what stands for it: drawn data are tried on drawn pictures of another style. */
export function chosenTransfer(
  { transfer }: Pick<TransferSettings, 'transfer'>,
  { synthetic }: Dataset,
): string {
  return transfer ?? (synthetic ? EMBEDDED_DATA : NONE);
}

/**
 * Loads the pictures that the selected model is tried on after the test.
 *
 * @returns nothing where there are to be none
 * @throws DataError, UsageError as {@link loadTransfer}; UsageError for the data of the training
 */
export async function loadRunTransfer(
  settings: TransferSettings,
  dataset: Dataset,
  loading: Loading,
): Promise<TransferSet | undefined> {
  const transfer = chosenTransfer(settings, dataset);
  if (transfer === NONE) return undefined;
  if (transfer !== EMBEDDED_DATA) await checkOthers(settings.data, transfer);
  const { classes, image } = dataset;
  const labelMap = settings['label-map'];
  return loadTransfer({
    ...{ transfer, classes, image, signal: loading.signal },
    ...(labelMap === undefined ? {} : { labelMap }),
    onProgress: pictureProgress(loading.note),
  });
}

/** A model knows what it was trained on: that would be no transfer. */
async function checkOthers(data: string, transfer: string): Promise<void> {
  const place = (folder: string): Promise<string | null> => realpath(folder).catch(() => null);
  const [trained, tried] = await Promise.all([place(data), place(transfer)]);
  if (tried === null || trained !== tried) return;
  throw new UsageError(
    `--transfer ${transfer}: these are the pictures of --data, which the model is trained on; ` +
      'name others, or say --transfer none',
  );
}
