import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { endsInRelu } from '../engine/layer-properties.ts';
import type { Layer } from '../engine/layer.ts';
import { computingLayers, modelsOf } from '../engine/walk-layers.ts';

/**
 * Finds where a ReLU can wait until after the max pooling that alone follows it: the greatest
 * value is the greatest before and after clipping at 0, so values and gradients are the same, and
 * ReLU has a quarter to do.
 *
 * @returns the pooling layer of each layer whose ReLU can wait
 */
export function waitingRelus(model: LayersModel): ReadonlyMap<Layer, Layer> {
  const outputs = new Set(
    modelsOf(model).flatMap((one) => one.outputs.map(({ sourceLayer }) => sourceLayer)),
  );
  const found = new Map<Layer, Layer>();
  for (const layer of computingLayers(model)) {
    const [use] = layer.outboundNodes;
    if (!use || layer.outboundNodes.length > 1 || layer.inboundNodes.length !== 1) continue;
    const pooling = use.outboundLayer;
    const isAlone = pooling.inboundNodes.length === 1 && use.inboundLayers.length === 1;
    const isPooling = pooling.getClassName() === 'MaxPooling2D';
    if (endsInRelu(layer) && isPooling && isAlone && !outputs.has(layer)) found.set(layer, pooling);
  }
  return found;
}
