import { availableParallelism } from 'node:os';
import path from 'node:path';
import { counted, plain, SYNTHETIC_NOTICE } from '../coordinator/report/format.ts';
import type { Preparation } from '../shared/data/products/prepare.ts';
import { DataError, FoldwiseError } from '../shared/errors.ts';
import { ensureEngine } from '../worker/engine/ensure.ts';
import { assertPlatformSupported } from '../worker/engine/platform.ts';
import type { SavedModel } from '../worker/trainer/inspect-model.ts';
import type { Context } from './context.ts';
import { askModel } from './model/ask-model.ts';
import { findPictures, type Unusable } from './model/find-pictures.ts';
import { openModel } from './model/open-model.ts';
import { predictionLines, predictionTable } from './model/prediction-table.ts';
import { readPredictions } from './model/predictions.ts';
import { pictureProgress } from './progress/picture-progress.ts';
import { preparePictures } from './model/prepare-pictures.ts';
import { withScratch } from './model/scratch.ts';
import { writeAll } from './model/write-all.ts';
import { paintFor } from './terminal.ts';

export interface PredictFlags {
  readonly model: string;
  readonly preprocess: Preparation;
  readonly json?: boolean;
  readonly top?: number;
}

/**
 * Tells the class of each picture.
 *
 * @throws DataError where no picture, or not the model, could be used; FoldwiseError, at the end,
 *   where some pictures could not
 */
export async function predict(
  names: readonly string[],
  flags: PredictFlags,
  context: Context,
): Promise<void> {
  const { stderr, signal } = context;
  assertPlatformSupported();
  const model = await openModel(flags.model);
  const { files, unusable } = await findPictures(names);
  let failures = 0;
  const onUnusable = ({ file, reason }: Unusable): void => {
    failures++;
    stderr.write(`not used: ${plain(file)}: ${plain(reason)}\n`);
  };
  unusable.forEach(onUnusable);
  await withScratch(async (folder) => {
    const imagesFile = path.join(folder, 'images');
    const onProgress = pictureProgress((line) => stderr.write(`${line}\n`));
    const { preprocess: how } = flags;
    const options = { files, how, image: model.input, imagesFile, onUnusable, onProgress, signal };
    const used = await preparePictures(options);
    if (used.length === 0) throw new DataError('none of the pictures could be used');
    const outputFile = path.join(folder, 'probabilities');
    await ensureEngine({ onProgress: (line) => stderr.write(`${line}\n`), signal });
    const classes = await predictAll(
      { model, count: used.length, imagesFile, outputFile },
      context,
    );
    await print({ model, files: used, outputFile, classes }, flags, context);
  });
  if (failures > 0) {
    throw new FoldwiseError(`${counted(failures, 'file')} could not be used, named above`);
  }
}

interface Work {
  readonly model: SavedModel;
  readonly count: number;
  readonly imagesFile: string;
  readonly outputFile: string;
}

/** @returns the names of the classes, numbers where the model has none */
async function predictAll(
  { model, count, ...files }: Work,
  context: Context,
): Promise<readonly string[]> {
  const { info, input: image, folder: modelDir, metadata } = model;
  const threads = availableParallelism();
  const assignment = { model: info, image, count, threads, step: 'compiled' as const };
  const question = { type: 'predict' as const, assignment, modelDir, ...files };
  const { classCount } = await askModel(question, 'predicted', context);
  const names = metadata?.classes ?? Array.from({ length: classCount }, (_, index) => `${index}`);
  if (names.length === classCount) return names;
  throw new DataError(
    `the model in ${plain(modelDir)} names ${names.length} classes, but tells ${classCount} apart`,
  );
}

interface Answers {
  readonly model: SavedModel;
  readonly files: readonly string[];
  readonly outputFile: string;
  readonly classes: readonly string[];
}

async function print(
  { model, files, outputFile, classes }: Answers,
  { json = false, top }: PredictFlags,
  { stdout, signal }: Context,
): Promise<void> {
  const isSynthetic = model.metadata?.dataset.synthetic ?? false;
  const paint = paintFor(stdout);
  const { head, format } = json
    ? predictionLines({ top, isSynthetic })
    : predictionTable({ files, classes, top: top ?? 1, paint });
  await writeAll(stdout, head, signal);
  for await (const prediction of readPredictions(outputFile, files, classes)) {
    await writeAll(stdout, format(prediction), signal);
  }
  if (isSynthetic && !json) {
    await writeAll(stdout, `\n${paint('yellow', SYNTHETIC_NOTICE)}\n`, signal);
  }
}
