import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError, UsageError } from '../../shared/errors.ts';
import { fileProblem } from '../../shared/data/file-problem.ts';
import { inspectModel, type SavedModel } from '../../worker/trainer/inspect-model.ts';
import { MODEL_FILE, WEIGHTS_FILE } from '../../worker/trainer/model-files.ts';
import { oneLine } from './one-line.ts';

/**
 * Reads the saved model that `--model` names, without TensorFlow.
 *
 * @param dir - holds `model.json` and `weights.bin`, or is the folder of a run, whose selected
 *   model is meant
 * @throws DataError with one line on what is missing, damaged, or no grey images' classifier
 */
export async function openModel(dir: string): Promise<SavedModel> {
  if (dir === '') throw new UsageError('--model expects a folder, got an empty name');
  try {
    const model = await inspectModel(await modelFolder(dir));
    checkGrey(model);
    return model;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`--model: ${oneLine(error.message)}`, { cause: error });
  }
}

async function modelFolder(dir: string): Promise<string> {
  const found = await stat(dir).catch((error: unknown) => {
    throw fileProblem(error, dir);
  });
  if (!found.isDirectory()) {
    throw new DataError(`${dir} is a file, expected a folder with ${MODEL_FILE}`);
  }
  const candidates = [dir, path.join(dir, 'model')];
  for (const folder of candidates) if (await isThere(path.join(folder, MODEL_FILE))) return folder;
  throw new DataError(
    `${dir} holds no model: expected ${MODEL_FILE} and ${WEIGHTS_FILE}, or the folder of a ` +
      'finished run',
  );
}

const isThere = async (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Pictures are made grey, as the paper's are. */
function checkGrey({ folder, input }: SavedModel): void {
  if (input.channels === 1) return;
  throw new DataError(
    `${folder} takes images of ${input.channels} channels, expected 1: Foldwise makes grey images`,
  );
}
