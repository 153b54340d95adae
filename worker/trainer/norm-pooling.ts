import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { ConvolutionLayer } from '../engine/convolution-pass.ts';
import { isFewTaps } from '../engine/first-convolution.ts';
import { activationOf, endsInRelu } from '../engine/layer-properties.ts';
import type { Layer } from '../engine/layer.ts';
import { isOverChannels, type NormLayer } from '../engine/norm-pass.ts';
import { computingLayers, onlyTakers } from '../engine/walk-layers.ts';

/** What follows a batch normalisation that can do it all at once. */
export interface NormPooling {
  readonly relu?: Layer;
  readonly pooling: Layer;
  readonly window: readonly [height: number, width: number];
}

/** What is read of a MaxPooling2D layer. */
interface PoolingLayer extends Layer {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: string;
  readonly dataFormat: string;
}

/**
 * Finds batch normalisations of images that max pooling alone follows, after a ReLU or at once,
 * with windows side by side: kernels/norm_pool.cc does these together, with the same values.
 */
export function normPoolings(model: LayersModel): ReadonlyMap<Layer, NormPooling> {
  const onlyTaker = onlyTakers(model);
  const found = new Map<Layer, NormPooling>();
  for (const norm of computingLayers(model)) {
    if (!isNorm(norm)) continue;
    const next = onlyTaker(norm);
    const relu = next && isReluAlone(next) ? next : undefined;
    const pooling = relu ? onlyTaker(relu) : next;
    const window = pooling && sideBySide(pooling);
    if (window) found.set(norm, { ...(relu ? { relu } : {}), pooling, window });
  }
  return found;
}

/**
 * Finds convolutions that kernels/conv_pool.cc can do together, in inference, with what follows.
 *
 * @returns the batch normalisation after each
 */
export function pooledConvolutions(
  model: LayersModel,
  poolings: ReadonlyMap<Layer, NormPooling>,
): ReadonlyMap<Layer, NormLayer> {
  const onlyTaker = onlyTakers(model);
  const found = new Map<Layer, NormLayer>();
  for (const layer of computingLayers(model)) {
    const norm = onlyTaker(layer);
    const pooling = norm && poolings.get(norm);
    if (!pooling || String(pooling.window) !== '2,2' || !isSmallConvolution(layer)) continue;
    found.set(layer, norm as NormLayer);
  }
  return found;
}

function isSmallConvolution(layer: Layer): boolean {
  if (layer.getClassName() !== 'Conv2D') return false;
  const { kernel, strides, dilationRate, dataFormat } = layer as ConvolutionLayer;
  const isPlain = dataFormat === 'channelsLast' && activationOf(layer) === 'linear';
  const isDense = String(strides) === '1,1' && (dilationRate ?? []).every((rate) => rate === 1);
  return isPlain && isDense && !!kernel && isFewTaps(kernel.shape as number[]);
}

const isNorm = (layer: Layer): boolean =>
  layer.getClassName() === 'BatchNormalization' && isOverChannels(layer as NormLayer);

const isReluAlone = (layer: Layer): boolean =>
  ['ReLU', 'Activation'].includes(layer.getClassName()) && endsInRelu(layer);

function sideBySide(layer: Layer): NormPooling['window'] | undefined {
  if (layer.getClassName() !== 'MaxPooling2D') return undefined;
  const { poolSize, strides, padding, dataFormat } = layer as PoolingLayer;
  const isPlain = padding === 'valid' && dataFormat === 'channelsLast';
  return isPlain && String(poolSize) === String(strides) ? poolSize : undefined;
}
