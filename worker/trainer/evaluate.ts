import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import type { Score } from '../../shared/domain.ts';
import { accuracyOf, confusionMatrix } from '../../shared/metrics.ts';
import type { Layer } from '../engine/layers.ts';
import type { TensorFlow } from '../engine/load.ts';
import { softmaxCrossEntropy } from '../engine/ops.ts';
import { batchesOf } from './batches.ts';
import type { DeviceData } from './device-data.ts';
import { infer } from './forward.ts';
import type { Pause } from './pause.ts';

export interface EvaluateOptions {
  /** From raw pixels to logits, running statistics in use. */
  readonly layers: readonly Layer[];
  readonly data: DeviceData;
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
export async function evaluate(tf: TensorFlow, options: EvaluateOptions): Promise<Evaluation> {
  const { data, indices } = options;
  const predicted = new Uint8Array(indices.length);
  let lossSum = 0;
  let scored = 0;
  for (const batch of batchesOf(indices, options.batchSize)) {
    const { losses, classes } = scoreBatch(tf, options, batch);
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

function scoreBatch(tf: TensorFlow, { layers, data }: EvaluateOptions, batch: Int32Array) {
  return tf.tidy(() => {
    const { pixels, labels } = data.gather(tf.tensor1d(batch, 'int32'));
    const logits: Tensor2D = infer(layers, pixels);
    const losses = softmaxCrossEntropy(tf, logits, labels);
    const classes: Tensor1D = tf.argMax(logits, 1);
    return {
      losses: losses.dataSync<'float32'>(),
      classes: classes.dataSync<'int32'>(),
    };
  });
}
