import type { Tensor1D } from '@tensorflow/tfjs-node-gpu';
import type { Score } from '../../shared/domain.ts';
import { accuracyOf, confusionMatrix } from '../../shared/metrics.ts';
import type { Program } from '../engine/compile/index.ts';
import type { TensorFlow } from '../engine/load.ts';
import { softmaxCrossEntropy } from '../engine/ops.ts';
import { type BatchFunction, createBatchFunction } from './batch-function.ts';
import { batchesOf } from './batches.ts';
import type { DeviceData } from './device-data.ts';
import type { Network } from './network.ts';
import type { Pause } from './pause.ts';

/** What is computed of a batch. */
export interface BatchScore {
  /** Cross-entropy of each image, float32 [batch]. */
  readonly losses: Tensor1D;
  /** The class with the greatest logit, int32 [batch]. */
  readonly classes: Tensor1D;
}

/** Scores the images at `indices` (int32 [batch]) of data on the device. */
export type ScoreBatch = (indices: Tensor1D) => BatchScore;

/**
 * The scoring of a batch as a pure function of tensors: no value is read from the device, so the
 * ops it runs can be recorded and replayed.
 */
export function defineScoring(
  tf: TensorFlow,
  { network, data }: { readonly network: Pick<Network, 'infer'>; readonly data: DeviceData },
): ScoreBatch {
  return (indices) => {
    const { pixels, labels } = data.gather(indices);
    const logits = network.infer(pixels);
    return { losses: softmaxCrossEntropy(tf, logits, labels), classes: tf.argMax(logits, 1) };
  };
}

const BATCH = { indices: { shape: [null], dtype: 'int32' } } as const;

/** The scoring of a batch, of numbers. */
export function createScorer(
  tf: TensorFlow,
  parts: { readonly network: Pick<Network, 'infer'>; readonly data: DeviceData },
  program: Program | null,
): EvaluateOptions['score'] {
  const scoreBatch = defineScoring(tf, parts);
  return createBatchFunction(tf, ({ indices }) => ({ ...scoreBatch(indices as Tensor1D) }), {
    inputs: BATCH,
    program,
  });
}

export interface EvaluateOptions {
  /** See {@link createScorer}. */
  readonly score: BatchFunction<typeof BATCH, 'losses' | 'classes'>;
  readonly data: Pick<DeviceData, 'trueLabels' | 'classCount'>;
  /** Which images of `data` to score. */
  readonly indices: Int32Array;
  readonly batchSize: number;
  readonly pause: Pause;
}

export interface Evaluation {
  readonly score: Score;
  /** The predicted class of each image, in the order of `indices`. */
  readonly predicted: Uint8Array;
}

/**
 * Scores a model. The predicted class is the one with the greatest logit, the lowest index among
 * equals; the loss is computed from logits, so a confident miss costs much but never infinity.
 * A model whose weights are not finite has a loss that is not finite.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { data, indices } = options;
  const predicted = new Uint8Array(indices.length);
  let lossSum = 0;
  let scored = 0;
  for (const batch of batchesOf(indices, options.batchSize)) {
    const { losses, classes } = await options.score({ indices: batch });
    predicted.set(classes, scored);
    for (const loss of losses) lossSum += loss;
    scored += batch.length;
    await options.pause();
  }
  const truth = Int32Array.from(indices, (index) => data.trueLabels[index] as number);
  const confusion = confusionMatrix(truth, predicted, data.classCount);
  const score = { loss: lossSum / scored, accuracy: accuracyOf(confusion), confusion };
  return { score, predicted };
}
