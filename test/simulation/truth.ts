import { createHash } from 'node:crypto';
import {
  asDigest,
  asRunId,
  type CheckpointInfo,
  type Dataset,
  type DatasetPart,
  type Digest,
  type EvaluationPart,
  type ModelInfo,
  type Plan,
  type Score,
} from '../../shared/domain.ts';
import { datasetInfo } from '../../shared/data/digest.ts';
import { transferInfo } from '../../shared/data/transfer.ts';
import { plainFolds } from '../../shared/folds.ts';
import { accuracyOf, confusionMatrix } from '../../shared/metrics.ts';
import type { TransferSet } from '../../shared/transfer.ts';
import type { ReportedEvaluation, ReportedFold } from '../../shared/wire/results.ts';
import { environment } from '../helpers/results.ts';

const part = (count: number, from: number): DatasetPart => ({
  labels: Uint8Array.from({ length: count }, (_, index) => index % 2),
  pixels: Uint8Array.from({ length: count }, (_, index) => from + index),
});

const dataset: Dataset = {
  ...{ name: 'simulated', synthetic: true, classes: ['coat', 'bag'] },
  image: { height: 1, width: 1, channels: 1 },
  train: part(24, 0),
  test: part(12, 100),
};

const transferSet: TransferSet = {
  ...{ name: 'simulated-pictures', synthetic: true, paper: part(8, 200), fit: part(8, 220) },
  sources: [],
  coverage: {
    rows: 8,
    mapped: { count: 8, byArticleType: {} },
    unmapped: { count: 0, byArticleType: {}, withoutImage: 0 },
    missing: { count: 0, byArticleType: {} },
    unreadable: { count: 0, byArticleType: {}, byReason: {}, examples: [] },
  },
};

/**
 * What training comes to, as a function of fold and epoch: a chain of hashes, so that it can be gone
 * on with from a checkpoint and from nowhere else. It is the undisturbed run.
 */
export interface Truth {
  readonly plan: Plan;
  readonly dataset: Dataset;
  readonly transfer: TransferSet | undefined;
  /** The weights after so many epochs of a fold. */
  readonly weights: (fold: number, epoch: number) => Digest;
  readonly next: (weights: Digest) => Digest;
  readonly checkpoint: (epoch: number, weights: Digest) => CheckpointInfo;
  readonly model: (weights: Digest) => ModelInfo;
  readonly foldResult: (fold: number, attempt: number, weights: Digest) => ReportedFold;
  readonly evaluation: (
    fold: number,
    attempt: number,
    part: EvaluationPart,
    weights: Digest,
  ) => ReportedEvaluation;
}

const digestOf = (text: string): Digest =>
  asDigest(createHash('sha256').update(text).digest('hex'));

/** The class of each image, as a network with these weights sees it: right more often than not. */
function predict(weights: Digest, labels: Uint8Array): Uint8Array {
  return labels.map((label, image) => {
    const digit = Number.parseInt(weights[image % weights.length]!, 16);
    return digit < 5 ? 1 - label : label;
  });
}

function scoreOf(weights: Digest, labels: Uint8Array): Score {
  const confusion = confusionMatrix(labels, predict(weights, labels), 2);
  const loss = Number.parseInt(weights.slice(0, 2), 16) / 64;
  return { loss, accuracy: accuracyOf(confusion), confusion };
}

const report = (epoch: number) => ({
  ...{
    epoch,
    trainLoss: 1 / epoch,
    trainAccuracy: 0.5,
    validationLoss: 1,
    validationAccuracy: 0.5,
  },
  seconds: 1,
});

export function createTruth(k: number, epochs: number, hasTransfer: boolean): Truth {
  const transfer = hasTransfer ? transferSet : undefined;
  const plan = planOf(k, epochs, transfer);
  const next = (weights: Digest): Digest => digestOf(weights);
  const chains = plan.validation.map((_, fold) => {
    const chain = [digestOf(`fold ${fold}`)];
    while (chain.length <= epochs) chain.push(next(chain.at(-1)!));
    return chain;
  });
  const model = (weights: Digest): ModelInfo => ({
    ...{ topologyBytes: 100, topologyDigest: digestOf('topology') },
    ...{ weightsBytes: 1000, weightsDigest: weights },
  });
  const labelsOf = (part: EvaluationPart): Uint8Array => {
    const parts: Record<EvaluationPart, DatasetPart> = {
      ...{ test: dataset.test, 'transfer-paper': transferSet.paper },
      'transfer-fit': transferSet.fit,
    };
    return parts[part].labels;
  };
  return {
    ...{ plan, dataset, transfer, next, model },
    weights: (fold, epoch) => chains[fold]![epoch]!,
    checkpoint: (epoch, weights) => ({ epoch, sizeBytes: 64, digest: digestOf(`at ${weights}`) }),
    foldResult: (fold, attempt, weights) => {
      const validation = plan.validation[fold]!;
      const labels = Uint8Array.from(validation, (index) => dataset.train.labels[index]!);
      return {
        ...{ fold, attempt, environment, fitSeconds: 1, scoreSeconds: 1 },
        trainSize: dataset.train.labels.length - validation.length,
        validationSize: validation.length,
        epochs: Array.from({ length: epochs }, (_, index) => report(index + 1)),
        validation: scoreOf(weights, labels),
        model: model(weights),
      };
    },
    evaluation: (fold, attempt, part, weights) => {
      const labels = labelsOf(part);
      const predicted = predict(weights, labels);
      const score = scoreOf(weights, labels);
      return { fold, attempt, part, seconds: 1, score, predicted, environment };
    },
  };
}

function planOf(k: number, epochs: number, transfer: TransferSet | undefined): Plan {
  return {
    ...{ run: asRunId('simulated'), seed: 1, k, stratified: false, threads: 1, step: 'eager' },
    dataset: datasetInfo(dataset),
    ...(transfer ? { transfer: transferInfo(transfer) } : {}),
    training: {
      ...{ epochs, batchSize: 4, learningRate: 1e-3, learningRateSchedule: 'constant' },
      ...{ weightDecay: 0, dropout: 0 },
    },
    validation: plainFolds({ count: dataset.train.labels.length, k, seed: 1 }),
  };
}
