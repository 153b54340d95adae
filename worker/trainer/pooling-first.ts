import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { endsInRelu } from '../engine/layer-properties.ts';
import type { Layer } from '../engine/layer.ts';
import { computingLayers, onlyTakers } from '../engine/walk-layers.ts';

/**
 * Finds where a ReLU can wait until after the max pooling that alone follows it: the greatest
 * value is the greatest before and after clipping at 0, so values and gradients are the same, and
 * ReLU has a quarter to do.
 *
 * @returns the pooling layer of each layer whose ReLU can wait
 */
export function waitingRelus(model: LayersModel): ReadonlyMap<Layer, Layer> {
  const onlyTaker = onlyTakers(model);
  const found = new Map<Layer, Layer>();
  for (const layer of computingLayers(model).filter(endsInRelu)) {
    const next = onlyTaker(layer);
    if (next?.getClassName() === 'MaxPooling2D') found.set(layer, next);
  }
  return found;
}
