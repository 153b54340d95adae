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
import { childProgram } from '../../shared/program/child-program.ts';
import { threadEnvironment } from '../../worker/engine/environment.ts';
import { tinyDataset } from './tiny-fold.ts';

/** A fold to be trained by a process of its own. */
export interface TrainRequest {
  /** Of the tiny dataset, or of a {@link drawnDataset}. */
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

/** Folds to be trained by one process, one after the other. */
export interface MemoryRequest {
  readonly assignments: readonly FoldAssignment[];
  readonly outputDir: string;
  readonly sampledEpochs: readonly number[];
}

export interface MemoryReply {
  readonly inEpochs: readonly MemorySample[];
  readonly afterFolds: readonly MemorySample[];
}

export interface MemorySample {
  readonly tensors: number;
  readonly residentBytes: number;
}

/** Pictures of the size of the paper's: the first `count` train. */
export const drawnDataset = (count: number): Dataset =>
  syntheticDataset({ trainCount: count, testCount: 10, seed: 3 });

export const datasetFor = ({ dataset }: FoldAssignment): Dataset =>
  dataset.name === tinyDataset.name ? tinyDataset : drawnDataset(dataset.train.count);

/** Trains in a new process, with the threads that the assignment says. */
export const trainApart = (request: TrainRequest): Promise<TrainReply> =>
  runApart('train-fold.ts', request, { threads: request.assignment.threads });

/** Has glibc give memory back when it is freed, which otherwise it does when it sees fit. */
const THRIFTY = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};

/** Measures the memory of a new process that trains with one thread. */
export const measureApart = (request: MemoryRequest): Promise<MemoryReply> =>
  runApart('measure-memory.ts', request, {
    threads: 1,
    // V8 makes room for young objects as it goes, up to 48 MB of it.
    nodeOptions: ['--expose-gc', '--max-semi-space-size=1'],
    environment: THRIFTY,
  });

interface Surroundings {
  readonly threads: number;
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

async function runApart<Reply>(
  program: string,
  request: unknown,
  { threads, nodeOptions = [], environment = {} }: Surroundings,
): Promise<Reply> {
  const source = fileURLToPath(new URL(`programs/${program}`, import.meta.url));
  const { file, loader } = childProgram(source);
  const { stdout } = await execaNode(file, {
    input: JSON.stringify(request),
    nodeOptions: [...loader, ...nodeOptions],
    env: { ...threadEnvironment(threads), ...environment },
  });
  return JSON.parse(stdout) as Reply;
}
