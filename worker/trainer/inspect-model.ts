import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileProblem } from '../../shared/data/file-problem.ts';
import { shapeText } from '../../shared/data/part-file.ts';
import { regularFileSize } from '../../shared/data/regular-file.ts';
import type { ImageShape, ModelInfo } from '../../shared/domain.ts';
import { asError, DataError } from '../../shared/errors.ts';
import { describeModel, MODEL_FILE, WEIGHTS_FILE } from './model-files.ts';
import { checkWeights } from './model-weights.ts';
import { inputOf, readTopology } from './model-topology.ts';
import { readMetadata } from './read-metadata.ts';
import type { ModelMetadata } from './save.ts';

/** A saved model whose files are whole and fit each other; whether it can be built is not known. */
export interface SavedModel {
  readonly folder: string;
  readonly info: ModelInfo;
  /** The images it takes. */
  readonly input: ImageShape;
  /** Absent where another program than Foldwise saved it. */
  readonly metadata?: ModelMetadata;
}

const MOST_TOPOLOGY_BYTES = 2 ** 26;
const MOST_WEIGHTS_BYTES = 2 ** 30;

/**
 * Reads a saved model as data, without TensorFlow: all that can be checked before it is built.
 *
 * @param folder - holds `model.json` and `weights.bin`
 * @throws {DataError} with one sentence, for files that are missing, too large, damaged or do not
 *   belong together, and for weights that are no numbers
 */
export async function inspectModel(folder: string): Promise<SavedModel> {
  const file = path.join(folder, MODEL_FILE);
  const topology = await readBounded(file, MOST_TOPOLOGY_BYTES);
  const json = parse(topology, file);
  const { layers, weightSpecs } = readTopology(json, file);
  const input = inputOf(layers, file);
  const metadata = readMetadata(json, file);
  if (metadata !== undefined) checkImage(metadata, input, file);
  const weightsFile = path.join(folder, WEIGHTS_FILE);
  const weights = await readBounded(weightsFile, MOST_WEIGHTS_BYTES);
  checkWeights(weights, weightSpecs, weightsFile);
  const info = describeModel({ topology, weights });
  return { folder, info, input, ...(metadata === undefined ? {} : { metadata }) };
}

function checkImage({ image }: ModelMetadata, input: ImageShape, file: string): void {
  if (shapeText(image) === shapeText(input)) return;
  throw new DataError(
    `${file} contradicts itself: its metadata say that images are ${shapeText(image)}, ` +
      `its first layer ${shapeText(input)}`,
  );
}

async function readBounded(file: string, mostBytes: number): Promise<Uint8Array> {
  try {
    if ((await regularFileSize(file)) <= mostBytes) return await readFile(file);
  } catch (error) {
    throw error instanceof DataError ? error : fileProblem(error, file);
  }
  throw new DataError(`${file} is larger than ${mostBytes / 2 ** 20} MiB, the most allowed`);
}

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const { message } = asError(error);
    throw new DataError(`${file} is no JSON, and so no model: ${message}`, { cause: error });
  }
}
