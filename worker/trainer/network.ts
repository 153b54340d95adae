import type { LayersModel, Scalar, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../engine/layer.ts';
import { FUSED_WANTED, trainFused } from '../engine/layers.ts';
import type { TensorFlow } from '../engine/load.ts';
import { hasOwnOps } from '../engine/own-ops.ts';
import { createRandomSource } from '../engine/random-source.ts';
import { computingLayers } from '../engine/walk-layers.ts';
import { type NormPooling, normPoolings, pooledConvolutions } from './norm-pooling.ts';
import { layersOnPixels } from './untrained-inputs.ts';
import { waitingRelus } from './pooling-first.ts';
import { exposeLogits, LOGITS_WANTED } from './softmax.ts';

/** A model as training and scoring use it: pixels in, logits out. */
export interface Network {
  readonly model: LayersModel;
  /**
   * As in training.
   *
   * @param pixels - raw, 0–255, [batch, height, width, channels]
   * @param seed - int32 [2]; decides what dropout drops
   * @returns logits [batch, classes]
   */
  readonly train: (pixels: Tensor4D, seed: Tensor1D) => Tensor2D;
  /** The same in inference, running statistics in use. */
  readonly infer: (pixels: Tensor4D) => Tensor2D;
  /** What the regularizers of the layers add to the loss, each once; null where there are none. */
  readonly penalty: () => Scalar | null;
}

/**
 * Prepares a model for training and scoring, once. It stays a stock model: what it predicts and how
 * it is saved do not change.
 *
 * @param shownAs - names the model in messages
 * @throws {DataError} where it does not end in softmax
 */
export function createNetwork(tf: TensorFlow, model: LayersModel, shownAs: string): Network {
  useFusedOps(tf, model);
  exposeLogits(model, shownAs);
  // A wrapper has those of what it wraps.
  const regularizers = [...new Set(computingLayers(model).flatMap(({ losses }) => losses))];
  return {
    model,
    train: (pixels, seed) => {
      const random = createRandomSource(tf, seed);
      return model.apply(pixels, { training: true, random, ...LOGITS_WANTED }) as Tensor2D;
    },
    infer: (pixels) =>
      model.apply(pixels, { training: false, ...FUSED_WANTED, ...LOGITS_WANTED }) as Tensor2D,
    penalty: () => {
      const penalties = regularizers.map((penalty) => penalty());
      return penalties.length === 0 ? null : tf.addN(penalties);
    },
  };
}

/** Has a model train, and infer where {@link FUSED_WANTED}, by fused ops wherever they fit. */
export function useFusedOps(tf: TensorFlow, model: LayersModel): void {
  const hasOps = hasOwnOps(tf);
  const together = hasOps ? normPoolings(model) : new Map<Layer, NormPooling>();
  const convolutions = pooledConvolutions(model, together);
  const inferred = new Set<Layer>(convolutions.values());
  const first = hasOps ? layersOnPixels(model) : new Set<Layer>();
  const done = new Set([...together.values()].flatMap(({ relu, pooling }) => [relu, pooling]));
  const waiting = waitingRelus(model);
  const poolings = new Set(waiting.values());
  for (const layer of computingLayers(model)) {
    const pooling = together.get(layer);
    const norm = convolutions.get(layer);
    trainFused(tf, layer, {
      isReluLeftOut: waiting.has(layer),
      isReluAdded: poolings.has(layer),
      isDone: done.has(layer),
      isFirst: first.has(layer),
      isInferred: inferred.has(layer),
      ...(pooling && { pooling: { window: pooling.window, relu: pooling.relu !== undefined } }),
      ...(norm && { inferWith: { norm, relu: together.get(norm)?.relu !== undefined } }),
    });
  }
}
