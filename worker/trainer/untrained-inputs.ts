import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../engine/layer.ts';

/**
 * The layers of a model that take what no trained layer has touched: nobody needs the gradient of
 * their inputs.
 */
export function layersOnPixels(model: LayersModel): ReadonlySet<Layer> {
  const untouched = new Set<Layer>();
  const found = new Set<Layer>();
  // In the order in which tfjs computes them: depth by depth.
  for (const layer of model.layers) {
    const [node] = layer.inboundNodes;
    if (!node || layer.inboundNodes.length !== 1) continue;
    const isOnPixels = node.inboundLayers.every((before) => untouched.has(before));
    if (isOnPixels && node.inboundLayers.length > 0) found.add(layer);
    if (isOnPixels && layer.weights.length === 0) untouched.add(layer);
  }
  return found;
}
