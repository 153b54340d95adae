import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { endsInRelu } from '../engine/layer-properties.ts';
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
