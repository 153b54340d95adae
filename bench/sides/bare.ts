/**
 * The folds of a run trained one after the other in this very process, with nothing around them:
 * node --import tsx bare.ts DATA FOLDS EPOCHS THREADS STEP.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDataset } from '../../shared/data/load.ts';
import { asRunId, type FoldAssignment, type StepKind } from '../../shared/domain.ts';
import { stratifiedFolds } from '../../shared/folds.ts';
import { loadTensorFlow } from '../../worker/engine/load.ts';
import { yieldToEventLoop } from '../../worker/trainer/pause.ts';
import { trainFold } from '../../worker/trainer/train.ts';

const [data = '', folds = '', epochs = '', threads = '', step = ''] = process.argv.slice(2);
const { dataset, info } = await loadDataset({ data });
const tf = loadTensorFlow();
const { labels } = dataset.train;
const foldMap = stratifiedFolds({ labels, k: Number(folds), seed: 0 });
const training = {
  epochs: Number(epochs),
  batchSize: 1000,
  learningRate: 1e-3,
  learningRateSchedule: 'cosine',
  weightDecay: 1e-5,
  dropout: 0.25,
} as const;
const outputDir = await mkdtemp(path.join(tmpdir(), 'foldwise-bare-'));
try {
  for (const [fold, validation] of foldMap.entries()) {
    const assignment: FoldAssignment = {
      ...{ run: asRunId('bare'), fold, attempt: 1, seed: 0, dataset: info, validation, training },
      ...{ threads: Number(threads), step: step as StepKind, checkpointEpochs: 0 },
    };
    const onEpoch = () => Promise.resolve();
    const part = dataset.train;
    await trainFold(tf, { assignment, part, outputDir, onEpoch, pause: yieldToEventLoop });
  }
} finally {
  await rm(outputDir, { recursive: true, force: true });
}
