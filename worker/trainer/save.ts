import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { DatasetInfo, FoldAssignment, HoldOut, ModelInfo } from '../../shared/domain.ts';
import type { TensorFlow } from '../engine/load.ts';
import { describeModel, MODEL_FILE, type ModelFiles, WEIGHTS_FILE } from './model-files.ts';
import type { Normalisation } from './normalisation.ts';

/** Tells which images the model was trained on, and how to find its test images again. */
export interface DatasetMetadata {
  readonly name: string;
  readonly digest: string;
  readonly synthetic: boolean;
  /** As `--limit`; absent where all images were in use. */
  readonly limit?: number;
  /** Absent where the data brought a test part. */
  readonly holdOut?: HoldOut;
}

/** What a saved model says of itself, under `userDefinedMetadata.foldwise` of model.json. */
export interface ModelMetadata {
  readonly schema: 1;
  readonly classes: readonly string[];
  readonly dataset: DatasetMetadata;
  readonly fold: number;
  readonly seed: number;
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  readonly normalisation: Normalisation;
}

/** Nothing in it tells attempts, workers or times apart: the same plan saves the same bytes. */
export function modelMetadata(
  { dataset, fold, seed }: FoldAssignment,
  { mean, std }: Normalisation,
): ModelMetadata {
  const { height, width, channels } = dataset.image;
  return {
    schema: 1,
    classes: [...dataset.classes],
    dataset: datasetMetadata(dataset),
    fold,
    seed,
    image: { height, width, channels },
    normalisation: { mean, std },
  };
}

function datasetMetadata(dataset: DatasetInfo): DatasetMetadata {
  const { name, digest, synthetic, limit, holdOut } = dataset;
  return {
    ...{ name, digest, synthetic },
    ...(limit === undefined ? {} : { limit }),
    ...(holdOut === undefined ? {} : { holdOut }),
  };
}

/**
 * Writes `model.json` and `weights.bin` into a folder, each complete or not at all, the weights
 * first: where `model.json` is, the model is complete.
 */
export async function saveModel(
  tf: TensorFlow,
  model: LayersModel,
  { folder, metadata }: { readonly folder: string; readonly metadata: ModelMetadata },
): Promise<ModelInfo> {
  const files = await encodeModel(tf, model, metadata);
  // It lies with the temporary files, which some systems sweep during a long training.
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(path.join(folder, WEIGHTS_FILE), Buffer.from(files.weights));
  await writeFileAtomic(path.join(folder, MODEL_FILE), Buffer.from(files.topology));
  return describeModel(files);
}

/** The model in the layers-model format of tfjs. */
export async function encodeModel(
  tf: TensorFlow,
  model: LayersModel,
  metadata: ModelMetadata,
): Promise<ModelFiles> {
  const artifacts = await artifactsOf(tf, model);
  const weights = new Uint8Array(tf.io.CompositeArrayBuffer.join(artifacts.weightData));
  const modelJson = {
    format: artifacts.format,
    generatedBy: artifacts.generatedBy,
    convertedBy: artifacts.convertedBy,
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: artifacts.weightSpecs }],
    userDefinedMetadata: { foldwise: metadata },
  };
  return { topology: new TextEncoder().encode(JSON.stringify(modelJson)), weights };
}

type SaveHandler = Parameters<TensorFlow['io']['withSaveHandler']>[0];
type ModelArtifacts = Parameters<SaveHandler>[0];

async function artifactsOf(tf: TensorFlow, model: LayersModel): Promise<ModelArtifacts> {
  return new Promise((resolve, reject) => {
    const handler = tf.io.withSaveHandler((artifacts) => {
      resolve(artifacts);
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' },
      });
    });
    model.save(handler).catch(reject);
  });
}
