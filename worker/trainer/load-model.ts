import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { DatasetInfo, ModelInfo } from '../../shared/domain.ts';
import { asError, DataError } from '../../shared/errors.ts';
import type { TensorFlow } from '../engine/load.ts';
import { freedAsWhole } from './free-model.ts';
import { describeModel, MODEL_FILE, type ModelFiles, WEIGHTS_FILE } from './model-files.ts';

export interface ExpectedModel {
  readonly model: ModelInfo;
  readonly dataset: DatasetInfo;
}

/**
 * Opens a saved model that takes the dataset's images and tells its classes apart.
 *
 * @throws {DataError} when it does not, or as {@link loadVerifiedModel} does
 */
export async function loadModel(
  tf: TensorFlow,
  folder: string,
  expected: ExpectedModel,
): Promise<LayersModel> {
  const model = await loadVerifiedModel(tf, folder, expected.model);
  try {
    checkShapes(folder, model, expected.dataset);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/**
 * Opens a saved model by tfjs' own loader, once its files are known to be the expected ones. A
 * model is data: nothing in it is run as code.
 *
 * @throws {DataError} when files are missing or others than expected, or no model
 */
export async function loadVerifiedModel(
  tf: TensorFlow,
  folder: string,
  expected: ModelInfo,
): Promise<LayersModel> {
  const files = await readModel(folder);
  checkDigests(folder, describeModel(files), expected);
  return openModel(tf, folder, files);
}

async function readModel(folder: string): Promise<ModelFiles> {
  const read = async (name: string): Promise<Uint8Array> => {
    try {
      return await readFile(path.join(folder, name));
    } catch (error) {
      throw new DataError(`Cannot read the model in ${folder}: ${asError(error).message}`, {
        cause: error,
      });
    }
  };
  return { topology: await read(MODEL_FILE), weights: await read(WEIGHTS_FILE) };
}

function checkDigests(folder: string, found: ModelInfo, expected: ModelInfo): void {
  const checks = [
    { name: MODEL_FILE, found: found.topologyDigest, expected: expected.topologyDigest },
    { name: WEIGHTS_FILE, found: found.weightsDigest, expected: expected.weightsDigest },
  ];
  for (const check of checks) {
    if (check.found === check.expected) continue;
    throw new DataError(
      `${path.join(folder, check.name)} is not the file that was saved: expected SHA-256 ` +
        `${check.expected}, got ${check.found}`,
    );
  }
}

type ModelJson = Parameters<TensorFlow['io']['getModelArtifactsForJSONSync']>[0];

async function openModel(
  tf: TensorFlow,
  folder: string,
  { topology, weights }: ModelFiles,
): Promise<LayersModel> {
  try {
    const json = JSON.parse(new TextDecoder().decode(topology)) as ModelJson;
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: json.modelTopology,
        weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
        // A copy that starts at 0: files may be read into the middle of a larger buffer.
        weightData: Uint8Array.from(weights).buffer,
      }),
    );
    return freedAsWhole(model);
  } catch (error) {
    throw new DataError(
      `${path.join(folder, MODEL_FILE)} is no tfjs layers model: ${asError(error).message}`,
      { cause: error },
    );
  }
}

function checkShapes(folder: string, model: LayersModel, { image, classes }: DatasetInfo): void {
  const wanted = {
    input: [null, image.height, image.width, image.channels],
    output: [null, classes.length],
  };
  const [[input, ...inputs], [output, ...outputs]] = [model.inputs, model.outputs];
  const found = { input: input?.shape, output: output?.shape };
  if (inputs.length + outputs.length > 0) {
    throw new DataError(`The model in ${folder} has more than one input or output`);
  }
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new DataError(
      `The model in ${folder} does not fit the dataset: expected ${describe(wanted)}, ` +
        `got ${describe(found)}`,
    );
  }
}

const describe = (shapes: { readonly input: unknown; readonly output: unknown }): string =>
  `input ${JSON.stringify(shapes.input)} and output ${JSON.stringify(shapes.output)}`;
