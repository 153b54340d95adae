import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';
import {
  type ConvolutionLayer,
  convolutionPass,
  dilatedSeparablePass,
} from './convolution-pass.ts';
import { ACTIVATED, endsInRelu } from './layer-properties.ts';
import type { CallOptions, FusedPass, Layer } from './layer.ts';
import { noisePass } from './noise-layers.ts';
import {
  batchNormalizationPass,
  convNormPoolInferencePass,
  type NormLayer,
  normPoolInferencePass,
  type PoolingAfter,
} from './norm-pass.ts';
import { relu, thresholdedRelu } from './ops.ts';

/**
 * Stock tfjs layers that are trained by fused ops. Class names, configuration, weights and what
 * `predict` does stay stock, so a saved model is opened by plain tfjs; only `call` with
 * `training: true`, or with {@link FUSED_WANTED}, is another, and only where its values are known to
 * be the same.
 */

/** What asks for fused ops in inference, beside `training`, in the second argument of `apply`. */
export const FUSED_WANTED = { fused: true } as const;

export interface TrainingOptions {
  /** The layer's ReLU is left to a layer after it: see {@link endsInRelu}. */
  readonly isReluLeftOut?: boolean;
  /** A ReLU follows that an earlier layer has left out. */
  readonly isReluAdded?: boolean;
  /** For batch normalisation: the pooling, and the ReLU, that come with it. */
  readonly pooling?: PoolingAfter;
  /** Nobody needs the gradient of its inputs, and the ops of our own can be used. */
  readonly isFirst?: boolean;
  /** For a convolution: the batch normalisation that comes with it in inference, and its pooling. */
  readonly inferWith?: { readonly norm: NormLayer; readonly relu: boolean };
  /** An earlier layer has done all that this one would. */
  readonly isDone?: boolean;
  /** In inference it has. */
  readonly isInferred?: boolean;
}

/**
 * Gives a layer its fused training pass, where there is one.
 *
 * @returns the same layer
 */
export function trainFused(tf: TensorFlow, layer: Layer, options: TrainingOptions = {}): Layer {
  const { isReluLeftOut = false, isReluAdded = false, isDone = false } = options;
  const pass = isDone ? (x: Tensor): Tensor => x.clone() : passOf(tf, layer, options);
  const endsWithRelu = !isDone && (isReluAdded || (endsInRelu(layer) && !isReluLeftOut));
  const inferFused = inferencePassOf(tf, layer, options);
  if (pass === undefined && !isReluAdded && inferFused === undefined) return layer;
  const infer = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    const isFused = kwargs['fused'] === true && inferFused !== undefined;
    if (kwargs['training'] !== true && !isFused) return infer(inputs, kwargs);
    return tf.tidy(() => {
      const [x] = [inputs].flat();
      if (!x) throw new RangeError(`layer ${layer.name} got no input`);
      const stock = (): Tensor => [infer(inputs, kwargs)].flat()[0] as Tensor;
      if (kwargs['training'] !== true && inferFused) return inferFused(x, stock);
      const y = pass === undefined ? stock() : pass(x, kwargs as CallOptions, stock);
      return endsWithRelu ? relu(tf, y) : y;
    });
  };
  return layer;
}

function inferencePassOf(
  tf: TensorFlow,
  layer: Layer,
  { isDone = false, isInferred = false, pooling, inferWith }: TrainingOptions,
): ((x: Tensor, stock: () => Tensor) => Tensor) | undefined {
  if (isDone || isInferred) return (x) => x.clone();
  if (inferWith) return convNormPoolInferencePass(tf, layer as ConvolutionLayer, inferWith);
  const separable = dilatedSeparablePass(tf, layer as ConvolutionLayer);
  return separable ?? (pooling && normPoolInferencePass(tf, layer as NormLayer, pooling));
}

function passOf(
  tf: TensorFlow,
  layer: Layer,
  { pooling, isFirst = false }: TrainingOptions,
): FusedPass | undefined {
  const kind = layer.getClassName();
  if (kind === 'ReLU' || kind === 'Activation') return endsInRelu(layer) ? (x) => x : undefined;
  if (kind === 'ThresholdedReLU') {
    const { theta } = layer as Layer & { readonly theta: number };
    return (x) => thresholdedRelu(tf, x, theta);
  }
  if (kind === 'BatchNormalization') return batchNormalizationPass(tf, layer as NormLayer, pooling);
  if (!ACTIVATED.has(kind)) return noisePass(tf, layer);
  return convolutionPass(tf, layer as ConvolutionLayer, { isFirst });
}
