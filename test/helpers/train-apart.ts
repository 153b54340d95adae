import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { syntheticDataset } from '../../shared/data/synthetic.ts';
import type {
  Dataset,
  EpochReport,
  FoldAssignment,
  ModelInfo,
  Score,
} from '../../shared/domain.ts';
import { threadEnvironment } from '../../worker/engine/environment.ts';
import { tinyDataset } from './tiny-fold.ts';

const PROGRAM = fileURLToPath(new URL('programs/train-fold.ts', import.meta.url));

/** A fold to be trained by a process of its own. */
export interface TrainRequest {
  /** Of the tiny dataset, or of {@link drawnDataset}. */
  readonly assignment: FoldAssignment;
  readonly outputDir: string;
  /** A training state to go on from. */
  readonly resumeFile?: string;
  /** Where training states are wanted, and their files. */
  readonly states?: readonly {
    readonly epochs: number;
    readonly steps: number;
    readonly file: string;
  }[];
}

export interface TrainReply {
  readonly epochs: readonly EpochReport[];
  /** How many of them this process told of. */
  readonly reported: number;
  readonly validation: Score;
  readonly model: ModelInfo;
}

/** Pictures of the size of the paper's. */
export const drawnDataset = (): Dataset =>
  syntheticDataset({ trainCount: 1000, testCount: 10, seed: 3 });

export const datasetFor = ({ dataset }: FoldAssignment): Dataset =>
  dataset.name === tinyDataset.name ? tinyDataset : drawnDataset();

/** Trains in a new process, with the threads that the assignment says. */
export async function trainApart(request: TrainRequest): Promise<TrainReply> {
  const { stdout } = await execaNode(PROGRAM, [JSON.stringify(request)], {
    nodeOptions: ['--import', import.meta.resolve('tsx')],
    env: threadEnvironment(request.assignment.threads),
  });
  return JSON.parse(stdout) as TrainReply;
}
