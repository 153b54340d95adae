import { grouped, plain } from '../../coordinator/report/format.ts';
import { divideData, type LoadOptions } from '../../shared/data/load.ts';
import type { OpenedData } from '../../shared/data/open.ts';
import type { DatasetPart } from '../../shared/domain.ts';
import { UsageError } from '../../shared/errors.ts';
import type { ModelMetadata } from '../../worker/trainer/save.ts';

/** How a test part is made; what is absent the user has not said. */
export type Division = Pick<LoadOptions, 'limit' | 'testFraction' | 'seed'>;

/** `test`: the data's own test part; `hold-out`: one split off; `all`: every image there is. */
export interface ChosenImages {
  readonly part: 'test' | 'hold-out' | 'all';
  readonly images: DatasetPart;
  /** What the reader of the score should know of these images. */
  readonly notes: readonly string[];
}

/**
 * Chooses the images to score a model on: those of the report where the data are the model's own,
 * else the data's test part, else, as none of them had a part in the training, all.
 *
 * @param asked - overrules what the model was trained with
 * @throws UsageError for settings that the data do not have a use for
 */
export function chooseImages(
  opened: OpenedData,
  metadata: ModelMetadata | undefined,
  asked: Division,
): ChosenImages {
  const hasOwnTest = opened.test !== undefined;
  if (hasOwnTest && asked.testFraction !== undefined) {
    throw new UsageError(
      `--test-fraction ${asked.testFraction} is for data without a test part, but ` +
        `${plain(opened.name)} has one: leave it out`,
    );
  }
  if (metadata !== undefined && isTrainedOn(opened, metadata)) {
    return ofTraining(opened, metadata, asked);
  }
  const notes = [originNote(opened, metadata)];
  const isSplit = asked.testFraction !== undefined || asked.seed !== undefined;
  if (hasOwnTest || isSplit) {
    const { dataset } = divideData(opened, asked);
    return { part: hasOwnTest ? 'test' : 'hold-out', images: dataset.test, notes };
  }
  const { dataset } = divideData({ ...opened, test: opened.train }, asked);
  return { part: 'all', images: dataset.test, notes };
}

function ofTraining(opened: OpenedData, metadata: ModelMetadata, asked: Division): ChosenImages {
  const trained = divisionOf(metadata);
  const { dataset } = divideData(opened, { ...trained, ...asked });
  const part = opened.test === undefined ? 'hold-out' : 'test';
  const isOther = (key: 'testFraction' | 'seed'): boolean =>
    asked[key] !== undefined && asked[key] !== trained[key];
  const hasLeak = part === 'hold-out' && (isOther('testFraction') || isOther('seed'));
  const leak =
    'the hold-out is not that of the training, so images that the model was trained on are among ' +
    'those scored';
  return { part, images: dataset.test, notes: hasLeak ? [leak] : [] };
}

function divisionOf({ dataset: { limit, holdOut } }: ModelMetadata): Division {
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(holdOut === undefined ? {} : { testFraction: holdOut.fraction, seed: holdOut.seed }),
  };
}

/** Whether these data, divided as the model says its own were, are its own. */
function isTrainedOn(opened: OpenedData, metadata: ModelMetadata): boolean {
  const hadOwnTest = metadata.dataset.holdOut === undefined;
  if (hadOwnTest !== (opened.test !== undefined)) return false;
  try {
    return divideData(opened, divisionOf(metadata)).info.digest === metadata.dataset.digest;
  } catch (error) {
    // Too few images for that division.
    if (error instanceof UsageError) return false;
    throw error;
  }
}

function originNote({ name }: OpenedData, metadata: ModelMetadata | undefined): string {
  if (metadata === undefined) return 'the model does not say what it was trained on';
  const { name: trained, limit } = metadata.dataset;
  const limited = limit === undefined ? '' : `, limited to ${grouped(limit)}`;
  return `the data (${plain(name)}) are not those the model was trained on (${plain(trained)}${limited})`;
}
