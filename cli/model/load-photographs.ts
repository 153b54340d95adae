import { plain } from '../../coordinator/report/format.ts';
import { loadTransfer, type TransferOptions } from '../../shared/data/transfer.ts';
import { DataError } from '../../shared/errors.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import type { SavedModel } from '../../worker/trainer/inspect-model.ts';

export interface PhotographOptions extends Pick<
  TransferOptions,
  'transfer' | 'onProgress' | 'signal'
> {
  readonly model: SavedModel;
  /** Of the data that are scored, too; where there are none, the model has to name them. */
  readonly classes: readonly string[] | undefined;
  readonly labelMap: string | undefined;
}

/**
 * Loads the photographs of `--transfer` as images for a model, labelled with its classes.
 *
 * @throws DataError where that gives no image, or the classes are not known
 */
export async function loadPhotographs(options: PhotographOptions): Promise<TransferSet> {
  const { model, labelMap, ...rest } = options;
  const classes = options.classes ?? model.metadata?.classes;
  if (classes === undefined) {
    throw new DataError(
      `the model in ${plain(model.folder)} does not name its classes, so the photographs of ` +
        '--transfer cannot be told right from wrong: say --data, too, with data of its classes',
    );
  }
  const map = labelMap === undefined ? {} : { labelMap };
  const set = await loadTransfer({ ...rest, ...map, classes, image: model.input });
  if (set.fit.labels.length > 0) return set;
  throw new DataError(
    `--transfer ${plain(options.transfer)} has no picture that can be read and has a class`,
  );
}
