import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import type { ImageShape } from '../../shared/domain.ts';
import { DataError } from '../../shared/errors.ts';
import { SMALLEST_SIDE } from '../../shared/network.ts';
import type { Layer } from '../engine/layer.ts';
import type { TensorFlow } from '../engine/load.ts';
import type { Normalisation } from './normalisation.ts';

/**
 * The network of Sharifi, Hannesdottir and Dan, "Fashion MNIST classification using PyTorch
 * Convolution Neural Network with Cross-Validation", with PyTorch's defaults.
 */

export interface ModelOptions {
  readonly image: ImageShape;
  readonly classCount: number;
  readonly dropout: number;
  /** Of the images the model will be trained with. */
  readonly normalisation: Normalisation;
}

/** Name of the layer whose output are the logits; softmax follows it. */
export const LOGITS = 'logits';

/**
 * Builds the model, its weights not yet drawn: raw pixels 0–255 [batch, height, width, channels]
 * in, probabilities [batch, classes] out. All names are fixed, so that the saved model is the
 * same whatever else the process has built.
 *
 * @throws {DataError} for images that are too small
 */
export function createModel(tf: TensorFlow, options: ModelOptions): LayersModel {
  const { height, width, channels } = options.image;
  if (Math.min(height, width) < SMALLEST_SIDE) {
    throw new DataError(
      `The network needs images of at least ${SMALLEST_SIDE}×${SMALLEST_SIDE} pixels, ` +
        `got ${height}×${width} (height×width). Enlarge the images.`,
    );
  }
  const pixels = tf.input({ shape: [height, width, channels], name: 'pixels' });
  const probabilities = layersOf(tf, options).reduce(
    (features, layer) => layer.apply(features) as SymbolicTensor,
    pixels,
  );
  return tf.model({ inputs: pixels, outputs: probabilities, name: 'foldwise' });
}

function layersOf(tf: TensorFlow, options: ModelOptions): Layer[] {
  const { mean, std } = options.normalisation;
  return [
    tf.layers.rescaling({ name: 'standardise', scale: 1 / std, offset: -mean / std }),
    ...convolutionBlock(tf, { block: 1, filters: 32, padding: 'same' }),
    ...convolutionBlock(tf, { block: 2, filters: 64, padding: 'valid' }),
    tf.layers.flatten({ name: 'flatten' }),
    dense(tf, 'dense1', 600),
    tf.layers.dropout({ name: 'dropout', rate: options.dropout }),
    dense(tf, 'dense2', 120),
    dense(tf, LOGITS, options.classCount),
    tf.layers.softmax({ name: 'probabilities' }),
  ];
}

interface Block {
  readonly block: number;
  readonly filters: number;
  readonly padding: 'same' | 'valid';
}

function convolutionBlock(tf: TensorFlow, { block, filters, padding }: Block): Layer[] {
  return [
    tf.layers.conv2d({ name: `conv${block}`, filters, kernelSize: 3, padding, ...UNDRAWN }),
    tf.layers.batchNormalization({ name: `batch_norm${block}`, momentum: 0.9, epsilon: 1e-5 }),
    tf.layers.reLU({ name: `relu${block}` }),
    tf.layers.maxPooling2d({ name: `pool${block}`, poolSize: 2 }),
  ];
}

function dense(tf: TensorFlow, name: string, units: number): Layer {
  return tf.layers.dense({ name, units, ...UNDRAWN });
}

/** Weights are drawn by initial-weights.ts; until then zeros, the cheapest to make. */
const UNDRAWN = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
