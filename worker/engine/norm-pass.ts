import type { LayerVariable, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { type Readable, withProperties } from './layer-properties.ts';
import type { FusedPass, Layer } from './layer.ts';
import type { TensorFlow } from './load.ts';
import type { ConvolutionLayer } from './convolution-pass.ts';
import {
  convNormPoolInference,
  normPool,
  type NormPoolArgs,
  normPoolInference,
} from './norm-pool.ts';
import { batchNormalization, type BatchStatistics } from './ops.ts';

/** What is read of a BatchNormalization layer. */
export interface NormLayer extends Layer {
  /** A number, or a list of it as Keras writes it. */
  readonly axis: number | readonly number[];
  readonly momentum: number;
  readonly epsilon: number;
  readonly gamma?: LayerVariable | null;
  readonly beta?: LayerVariable | null;
  readonly movingMean: LayerVariable;
  readonly movingVariance: LayerVariable;
}

/** Whether the axis is the last one of images [batch, height, width, channels]. */
export const isOverChannels = ({ axis }: Pick<NormLayer, 'axis'>): boolean =>
  [-1, 3].includes(Number(axis));

/** Max pooling, and ReLU, that are done together with the normalisation. */
export type PoolingAfter = Pick<NormPoolArgs, 'window' | 'relu'>;

/**
 * Batch normalisation of images over their last axis by the fused op, else by tfjs' own, which
 * forgets that scale and offset may be left out. In training the running statistics keep
 * `momentum` of their old value; the fused op's running variance takes the batch's unbiased one,
 * as PyTorch's does.
 */
export function batchNormalizationPass(
  tf: TensorFlow,
  layer: NormLayer,
  pooling?: PoolingAfter,
): FusedPass {
  const { momentum, epsilon } = layer;
  const move = (running: LayerVariable, value: Tensor): void => {
    const kept = tf.mul(running.read(), momentum);
    running.write(tf.add(kept, tf.mul(value, 1 - momentum)));
  };
  return (x, _options, stock) => {
    const { movingMean, movingVariance } = layer;
    const { scale, offset } = affineOf(tf, layer);
    if (x.rank !== 4 || !isOverChannels(layer)) {
      return withProperties(layer, { gamma: scale, beta: offset }, stock);
    }
    const args = {
      x: x as Tensor4D,
      gamma: scale.read() as Tensor1D,
      beta: offset.read() as Tensor1D,
      epsilon,
      onStatistics: ({ mean, variance }: BatchStatistics) => {
        move(movingMean, mean);
        move(movingVariance, variance);
      },
    };
    return pooling ? normPool(tf, { ...args, ...pooling }) : batchNormalization(tf, args);
  };
}

/** The inference of a batch normalisation together with the pooling after it. */
export function normPoolInferencePass(
  tf: TensorFlow,
  layer: NormLayer,
  pooling: PoolingAfter,
): (x: Tensor) => Tensor {
  return (x) =>
    normPoolInference(tf, { x: x as Tensor4D, ...knownStatistics(tf, layer), ...pooling });
}

/** The inference of a convolution together with the normalisation and the pooling after it. */
export function convNormPoolInferencePass(
  tf: TensorFlow,
  { kernel, bias, padding }: ConvolutionLayer,
  { norm, relu }: { readonly norm: NormLayer; readonly relu: boolean },
): (x: Tensor) => Tensor {
  return (x) => {
    const filter = (kernel as LayerVariable).read() as Tensor4D;
    const offsets = bias ? bias.read() : tf.zeros([filter.shape[3]]);
    return convNormPoolInference(tf, {
      ...{ x: x as Tensor4D, filter, bias: offsets as Tensor1D, padding, relu },
      ...knownStatistics(tf, norm),
    });
  };
}

/** How a layer normalises in inference. */
function knownStatistics(tf: TensorFlow, layer: NormLayer) {
  const { epsilon, movingMean, movingVariance } = layer;
  const { scale, offset } = affineOf(tf, layer);
  return {
    gamma: scale.read() as Tensor1D,
    beta: offset.read() as Tensor1D,
    mean: movingMean.read() as Tensor1D,
    variance: movingVariance.read() as Tensor1D,
    epsilon,
  };
}

/** Scale and offset, of which either may be left out. */
function affineOf(
  tf: TensorFlow,
  { gamma, beta, movingMean: { shape } }: NormLayer,
): { readonly scale: Readable; readonly offset: Readable } {
  return {
    scale: gamma ?? { read: () => tf.ones(shape as number[]) },
    offset: beta ?? { read: () => tf.zeros(shape as number[]) },
  };
}
