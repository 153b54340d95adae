import { realpath } from 'node:fs/promises';
import { EMBEDDED_NAME } from '../../shared/data/catalogue.ts';
import { loadTransfer } from '../../shared/data/transfer.ts';
import type { Dataset } from '../../shared/domain.ts';
import { UsageError } from '../../shared/errors.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import { pictureProgress } from '../progress/picture-progress.ts';
import type { RunSettings } from '../settings.ts';

/** How those who wait for data are told, and may stop it. */
export interface Loading {
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

type TransferSettings = Pick<RunSettings, 'data' | 'transfer' | 'label-map'>;

/** What `--transfer` says where there is to be none. */
export const NO_TRANSFER = 'none';

/** `--transfer`, or what stands for it: drawn data are tried on drawn pictures of another style. */
export function chosenTransfer(
  { transfer }: Pick<TransferSettings, 'transfer'>,
  { synthetic }: Dataset,
): string {
  return transfer ?? (synthetic ? EMBEDDED_NAME : NO_TRANSFER);
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
  if (transfer === NO_TRANSFER) return undefined;
  if (transfer !== EMBEDDED_NAME) await checkOthers(settings.data, transfer);
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
