import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { partDigest, sha256 } from '../../shared/data/digest.ts';
import { encodePart } from '../../shared/data/part-file.ts';
import {
  asRunId,
  asWorkerId,
  type DatasetInfo,
  type DatasetPart,
  type EvaluationPart,
  type EvaluationResult,
  type PartInfo,
} from '../../shared/domain.ts';
import type { SavedModel } from '../../worker/trainer/inspect-model.ts';
import type { Context } from '../context.ts';
import { askModel } from './ask-model.ts';
import { withScratch } from './scratch.ts';

export interface ScoreOptions {
  readonly model: SavedModel;
  /** Of the labels. */
  readonly classes: readonly string[];
  readonly part: EvaluationPart;
  readonly images: DatasetPart;
  readonly threads: number;
}

/** Scores a saved model on images, by the code and in the way a run does. */
export async function scoreModel(
  { model, classes, part, images, threads }: ScoreOptions,
  context: Context,
): Promise<EvaluationResult> {
  const { info, folder: modelDir, metadata } = model;
  const known: PartInfo = { count: images.labels.length, digest: partDigest(images) };
  return withScratch(async (folder) => {
    const imagesFile = path.join(folder, 'images');
    await writeFile(imagesFile, encodePart(images));
    const assignment = {
      run: asRunId('evaluate'),
      fold: metadata?.fold ?? 0,
      attempt: 1,
      part,
      images: known,
      dataset: standIn(model, classes, known),
      model: info,
      threads,
      step: 'compiled' as const,
    };
    const question = { type: 'evaluate' as const, assignment, imagesFile, modelDir };
    const { result } = await askModel(question, 'evaluated', context);
    return { ...result, worker: asWorkerId('evaluate') };
  });
}

/** An evaluation looks at classes and image size alone; what was trained on need not be here. */
function standIn(
  { input, metadata }: SavedModel,
  classes: readonly string[],
  images: PartInfo,
): DatasetInfo {
  return {
    name: metadata?.dataset.name ?? 'unknown',
    synthetic: metadata?.dataset.synthetic ?? false,
    classes,
    image: input,
    train: images,
    test: images,
    digest: sha256(''),
  };
}
