import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { datasetInfo } from '../../shared/data/digest.ts';
import {
  asRunId,
  type Dataset,
  type DatasetPart,
  type FoldAssignment,
  type TrainingSettings,
} from '../../shared/domain.ts';
import { createRandom } from '../../shared/random.ts';

const CLASSES = ['left', 'right', 'top'];
const SIDE = 10;

/** Three classes told apart by where an image is bright, with noise; easy, but not at once. */
export const tinyDataset: Dataset = {
  name: 'tiny',
  synthetic: true,
  classes: CLASSES,
  image: { height: SIDE, width: SIDE, channels: 1 },
  train: drawPart(90, 1),
  test: drawPart(30, 2),
};

function drawPart(count: number, seed: number): DatasetPart {
  const random = createRandom(seed, 'synthetic');
  const labels = Uint8Array.from({ length: count }, (_, index) => index % CLASSES.length);
  const pixels = new Uint8Array(count * SIDE * SIDE);
  for (let position = 0; position < pixels.length; position++) {
    const column = position % SIDE;
    const row = Math.floor(position / SIDE) % SIDE;
    const label = labels[Math.floor(position / SIDE / SIDE)];
    const isBright = [column < 4, column > 5, row < 4][label!];
    pixels[position] = random.nextBelow(156) + (isBright ? 100 : 0);
  }
  return { labels, pixels };
}

export const tinyTraining: TrainingSettings = {
  epochs: 2,
  batchSize: 16,
  learningRate: 1e-3,
  learningRateSchedule: 'cosine',
  weightDecay: 1e-5,
  dropout: 0.25,
};

interface Changes extends Partial<Omit<FoldAssignment, 'training'>> {
  readonly training?: Partial<TrainingSettings>;
}

/** Fold 1: the last third of the images validates. */
export function tinyAssignment({ training, ...changes }: Changes = {}): FoldAssignment {
  return {
    run: asRunId('tiny'),
    fold: 1,
    attempt: 1,
    seed: 5,
    checkpointEpochs: 0,
    dataset: datasetInfo(tinyDataset),
    validation: Array.from({ length: 30 }, (_, index) => 60 + index),
    training: { ...tinyTraining, ...training },
    threads: 1,
    step: 'eager',
    ...changes,
  };
}

/** A folder that is gone after the test. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-test-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
