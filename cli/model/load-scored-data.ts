import { existsSync } from 'node:fs';
import { plain } from '../../coordinator/report/format.ts';
import { DATASET_NAMES } from '../../shared/data/catalogue.ts';
import { recogniseFolder } from '../../shared/data/folder-kind.ts';
import { openData, type OpenedData, type OpenOptions } from '../../shared/data/open.ts';
import { shapeText } from '../../shared/data/part-file.ts';
import { DataError, UsageError } from '../../shared/errors.ts';
import type { SavedModel } from '../../worker/trainer/inspect-model.ts';
import type { EvaluateSettings } from '../evaluate-settings.ts';
import { type ChosenImages, chooseImages, type Division } from './choose-images.ts';

export interface ScoredData extends ChosenImages {
  readonly name: string;
  readonly synthetic: boolean;
  readonly classes: readonly string[];
  /** What part of the data is scored, in words. */
  readonly title: string;
}

const TITLES: Readonly<Record<ChosenImages['part'], string>> = {
  test: 'test part',
  'hold-out': 'images held out',
  all: 'all images',
};

/**
 * Loads the images of `--data` that a model shall be scored on.
 *
 * @throws UsageError for settings without a use
 * @throws DataError where the data cannot be read, or the model takes other images or classes
 */
export async function loadScoredData(
  model: SavedModel,
  { values, given }: EvaluateSettings,
  progress: Pick<OpenOptions, 'onProgress' | 'signal'>,
): Promise<ScoredData> {
  const opened = await openData({
    data: values.data,
    imageSize: values['image-size'] ?? (await ownImageSize(values.data, model)),
    labelMap: values['label-map'],
    ...progress,
  });
  const hasMapUse = opened.kind === 'images' || values.transfer !== undefined;
  if (given.has('label-map') && !hasMapUse) {
    throw new UsageError(
      `--label-map is for folders of pictures with styles.csv, but ${values.data} is none: ` +
        'leave it out',
    );
  }
  checkFit(model, opened);
  const asked: Division = {
    ...(values.limit === undefined ? {} : { limit: values.limit }),
    ...(given.has('seed') ? { seed: values.seed } : {}),
    ...(given.has('test-fraction') ? { testFraction: values['test-fraction'] } : {}),
  };
  const chosen = chooseImages(opened, model.metadata, asked);
  const { name, synthetic, classes } = opened;
  const notes = [...chosen.notes, ...namingNote(model, opened)];
  return { name, synthetic, classes, ...chosen, notes, title: TITLES[chosen.part] };
}

/** A folder of pictures becomes images of the model's size. */
async function ownImageSize(data: string, { input }: SavedModel): Promise<number | undefined> {
  const { height, width } = input;
  if (height !== width || DATASET_NAMES.includes(data) || !existsSync(data)) return undefined;
  return (await recogniseFolder(data)) === 'images' ? height : undefined;
}

function checkFit({ input, metadata, folder }: SavedModel, opened: OpenedData): void {
  const isSameSize = shapeText(input) === shapeText(opened.image);
  const count = metadata?.classes.length;
  if (isSameSize && (count === undefined || count === opened.classes.length)) return;
  const known = count === undefined ? '' : ` and ${count} classes`;
  throw new DataError(
    `the model in ${plain(folder)} is for images of ${shapeText(input)}${known}, but ` +
      `${plain(opened.name)} has images of ${shapeText(opened.image)} and ` +
      `${opened.classes.length} classes`,
  );
}

/** As many classes, but called otherwise: perhaps not the same ones. */
function namingNote({ metadata }: SavedModel, { classes }: OpenedData): string[] {
  const own = metadata?.classes ?? classes;
  const at = classes.findIndex((name, index) => name !== own[index]);
  if (at < 0) return [];
  return [
    `the data call class ${at} "${plain(classes[at] ?? '')}", the model "${plain(own[at] ?? '')}": ` +
      'scored by number',
  ];
}
