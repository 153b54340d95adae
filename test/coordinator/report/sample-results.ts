import {
  asDigest,
  asRunId,
  asWorkerId,
  type ConfusionMatrix,
  type DatasetInfo,
  type Environment,
  type EpochReport,
  type FoldResult,
  type ModelInfo,
  type Score,
} from '../../../shared/domain.ts';
import type { RunResults } from '../../../coordinator/report/run-results.ts';

const GARMENTS = [
  ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
  ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
];

export interface SampleOptions {
  readonly k: number;
  readonly epochs: number;
  readonly classes: readonly string[];
  readonly synthetic: boolean;
  /** Images of each class in the training set and in the test set. */
  readonly perClass: { readonly train: number; readonly test: number };
}

/** Results as a finished run might leave them: invented, consistent, and always the same. */
export function sampleResults(options: Partial<SampleOptions> = {}): RunResults {
  const { k, epochs, classes, synthetic, perClass }: SampleOptions = {
    ...{ k: 3, epochs: 15, classes: GARMENTS, synthetic: false },
    perClass: { train: 6000, test: 1000 },
    ...options,
  };
  const sizes = { train: classes.length * perClass.train, test: classes.length * perClass.test };
  const dataset = sampleDataset(classes, synthetic, sizes);
  const folds = Array.from({ length: k }, (_, fold) =>
    sampleFold({ fold, k, epochs, perClass: perClass.train, classes: classes.length }),
  );
  const accuracies = folds.map(({ validation }) => validation.accuracy);
  const best = accuracies.indexOf(Math.max(...accuracies));
  const training = {
    ...{ epochs, batchSize: 1000, learningRate: 1e-3, learningRateSchedule: 'cosine' as const },
    ...{ weightDecay: 1e-5, dropout: 0.25 },
  };
  return {
    plan: {
      ...{ run: asRunId('cobalt-heron-7'), seed: 7, k, stratified: true, dataset, training },
      ...{ threads: 1, step: 'eager' as const, validation: [] },
    },
    config: {
      ...{ data: dataset.name, folds: k, seed: 7, epochs, 'batch-size': 1000, lr: 0.001 },
      ...{ 'lr-schedule': 'cosine', 'weight-decay': 0.00001, dropout: 0.25, stratify: true },
      ...{ workers: 2, threads: 1 },
    },
    versions: { foldwise: '0.1.0', node: '20.20.2', protocol: 1 },
    folds,
    missing: [],
    best,
    evaluation: {
      ...{ fold: best, attempt: 1, worker: asWorkerId('local-1'), seconds: 1.84 },
      part: 'test',
      score: sampleScore(classes.length, perClass.test, 0.093, 3),
      predicted: new Uint8Array(),
      environment: sampleEnvironment(),
    },
    duplicates: {
      train: { groups: 1, images: 2, conflictingGroups: 0, examples: [[11, 40017]] },
      validationInTraining: folds.map(({ fold }) => (fold < 2 ? 1 : 0)),
      test: { inTrain: 0, conflicting: 0, examples: [] },
    },
    warnings: [],
    startedAt: '2026-03-04T12:30:51.004Z',
    finishedAt: '2026-03-04T12:33:05.120Z',
  };
}

function sampleDataset(
  classes: readonly string[],
  synthetic: boolean,
  sizes: { readonly train: number; readonly test: number },
): DatasetInfo {
  return {
    ...{ name: synthetic ? 'synthetic' : 'fashion-mnist', synthetic, classes },
    image: { height: 28, width: 28, channels: 1 },
    train: { count: sizes.train, digest: asDigest('a'.repeat(64)) },
    test: { count: sizes.test, digest: asDigest('b'.repeat(64)) },
    digest: asDigest('0123456789abcdef'.repeat(4)),
  };
}

interface FoldSize {
  readonly fold: number;
  readonly k: number;
  readonly epochs: number;
  /** Training images of each class. */
  readonly perClass: number;
  readonly classes: number;
}

function sampleFold({ fold, k, epochs, perClass, classes }: FoldSize): FoldResult {
  const validationPerClass = Math.round(perClass / k);
  const validation = sampleScore(classes, validationPerClass, 0.092 + 0.003 * wobble(fold), fold);
  const validationSize = classes * validationPerClass;
  return {
    ...{ fold, attempt: fold === 1 ? 2 : 1, worker: asWorkerId(`local-${fold % 2}`) },
    ...{ trainSize: classes * perClass - validationSize, validationSize },
    ...{ fitSeconds: 61.2 + 2.5 * wobble(fold + 9), scoreSeconds: 1.31 },
    epochs: Array.from({ length: epochs }, (_, index) =>
      sampleEpoch({ epoch: index + 1, epochs, fold, end: validation }),
    ),
    validation,
    model: sampleModel(fold),
    environment: sampleEnvironment(),
  };
}

function sampleEpoch(place: {
  readonly epoch: number;
  readonly epochs: number;
  readonly fold: number;
  readonly end: Score;
}): EpochReport {
  const { epoch, epochs, fold, end } = place;
  const rest = Math.exp(-(epoch - 1) / (epochs / 4)) - Math.exp(-(epochs - 1) / (epochs / 4));
  const noise = epoch === epochs ? 0 : 0.006 * rest * wobble(31 * fold + epoch);
  return {
    epoch,
    trainLoss: 0.19 - 0.01 * wobble(fold + 5) + 0.46 * rest ** 1.2,
    trainAccuracy: 0.932 + 0.003 * wobble(fold + 5) - 0.17 * rest ** 1.2,
    validationLoss: end.loss + 0.27 * rest - noise,
    validationAccuracy: Math.max(0, end.accuracy - 0.11 * rest + noise),
    seconds: 4.4,
  };
}

/** A score whose errors fall on a few neighbouring classes, as garments' do. */
function sampleScore(classes: number, perClass: number, errors: number, seed: number): Score {
  const confusion: ConfusionMatrix = Array.from({ length: classes }, (_, row) => {
    const counts = Array.from({ length: classes }, () => 0);
    const wrong = Math.round(perClass * errors * (0.4 + (1.2 * ((row * 7) % 10)) / 9));
    for (let step = 0; step < 3; step++) {
      const column = (row + 1 + ((row * 3 + step * 2) % (classes - 1 || 1))) % classes;
      const part = step === 2 ? 0.1 : 0.35 + 0.2 * wobble(seed + row + step);
      if (column !== row) counts[column] = (counts[column] ?? 0) + Math.round(wrong * part);
    }
    counts[row] = perClass - counts.reduce((sum, count) => sum + count, 0);
    return counts;
  });
  const right = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const accuracy = right / (classes * perClass);
  return { loss: 0.05 + 2.1 * (1 - accuracy), accuracy, confusion };
}

function sampleModel(fold: number): ModelInfo {
  return {
    ...{ topologyBytes: 5120, topologyDigest: asDigest('c'.repeat(64)) },
    ...{ weightsBytes: 5_903_000, weightsDigest: asDigest((fold % 10).toString().repeat(64)) },
  };
}

function sampleEnvironment(): Environment {
  return {
    ...{ host: 'laptop', foldwise: '0.1.0', node: '20.20.2', engine: 'tfjs-node-gpu 4.22.0 cpu' },
    ...{ tensorflow: '2.21.0', device: 'cpu', processor: 'Example CPU @ 2.60GHz' },
    ...{ processorFeatures: ['avx2', 'avx512f', 'fma'], threads: 1, step: 'eager' },
  };
}

/** Something between −1 and 1 that looks like chance and is not. */
function wobble(seed: number): number {
  return Math.sin(seed * 12.9898 + 4.1414);
}
