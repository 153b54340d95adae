import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, hostname } from 'node:os';
import path from 'node:path';
import {
  asDigest,
  type CheckpointInfo,
  type Digest,
  type Environment,
  type EpochReport,
  type Execution,
  type ModelInfo,
  type Score,
} from '../../shared/domain.ts';
import { accuracyOf, confusionMatrix } from '../../shared/metrics.ts';
import { foldwiseVersion } from '../../shared/version.ts';
import { kernelFeatures } from '../../worker/trainer/environment.ts';

/** What stands in for the work of a training: files and numbers of the right form. */

/** A hundredth or less of a real one: ten thousand of them have to fit the disk. */
export const WEIGHTS_BYTES = 16_384;
const CHECKPOINT_BYTES = 3 * WEIGHTS_BYTES;

export interface StandIns {
  /** Holds `model.json` and `weights.bin`. */
  readonly modelFolder: string;
  readonly model: ModelInfo;
  readonly checkpointFile: string;
  readonly checkpoint: Omit<CheckpointInfo, 'epoch'>;
}

/** Writes the model and the checkpoint that every simulated training ends with. */
export async function writeStandIns(folder: string): Promise<StandIns> {
  const modelFolder = path.join(folder, 'model');
  const checkpointFile = path.join(folder, 'checkpoint.state');
  const topology = Buffer.from('{"note":"stands in for a model"}');
  const weights = Buffer.alloc(WEIGHTS_BYTES, 1);
  const state = Buffer.alloc(CHECKPOINT_BYTES, 2);
  await mkdir(modelFolder, { recursive: true });
  await writeFile(path.join(modelFolder, 'model.json'), topology);
  await writeFile(path.join(modelFolder, 'weights.bin'), weights);
  await writeFile(checkpointFile, state);
  const model: ModelInfo = {
    topologyBytes: topology.length,
    topologyDigest: digestOf(topology),
    weightsBytes: weights.length,
    weightsDigest: digestOf(weights),
  };
  const checkpoint = { sizeBytes: state.length, digest: digestOf(state) };
  return { modelFolder, model, checkpointFile, checkpoint };
}

const digestOf = (bytes: Buffer): Digest =>
  asDigest(createHash('sha256').update(bytes).digest('hex'));

/** The score of a model that takes everything for the first class. */
export function scoreOf(labels: Uint8Array, classCount: number): Score {
  const confusion = confusionMatrix(labels, new Uint8Array(labels.length), classCount);
  return { loss: 1, accuracy: accuracyOf(confusion), confusion };
}

export const epochOf = (
  epoch: number,
  { loss, accuracy }: Score,
  seconds: number,
): EpochReport => ({
  ...{ epoch, seconds, trainLoss: loss, trainAccuracy: accuracy },
  ...{ validationLoss: loss, validationAccuracy: accuracy },
});

/** The engine that simulated workers say they have. */
export const ENGINE = 'simulated';

export function describeMachine({ threads, step }: Execution): Environment {
  return {
    ...{ host: hostname(), foldwise: foldwiseVersion(), node: process.version },
    ...{ engine: ENGINE, tensorflow: 'none', device: 'none', threads, step },
    processor: cpus()[0]?.model ?? process.arch,
    processorFeatures: kernelFeatures(readFileSync('/proc/cpuinfo', 'utf8')),
  };
}
