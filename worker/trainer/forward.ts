import type { LayersModel, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../engine/layers.ts';

/**
 * Applies the layers one after the other as training does.
 *
 * @param layers - see {@link logitLayers}
 * @param pixels - raw, 0–255, [batch, height, width, channels]
 * @param seed - int32 [2]; decides what dropout drops
 * @returns logits [batch, classes]
 */
export function forward(layers: readonly Layer[], pixels: Tensor4D, seed: Tensor1D): Tensor2D {
  return layers.reduce<Tensor>(
    (x, layer) => apply(layer, x, { training: true, seed }),
    pixels,
  ) as Tensor2D;
}

/** The same in inference. Disposes what the layers hand on as soon as it is used. */
export function infer(layers: readonly Layer[], pixels: Tensor4D): Tensor2D {
  return layers.reduce<Tensor>((x, layer) => {
    const features = apply(layer, x, { training: false });
    if (x !== pixels) x.dispose();
    return features;
  }, pixels) as Tensor2D;
}

const apply = (layer: Layer, x: Tensor, options: Record<string, unknown>): Tensor =>
  layer.apply(x, options) as Tensor;

/** The layers of a plain stack from its pixels to its logits: all but the input and the softmax. */
export function logitLayers(model: LayersModel): Layer[] {
  return model.layers.slice(1, -1);
}

/**
 * The same layers with each pooling before its ReLU: the greatest value is the greatest before
 * and after clipping at 0, so values and gradients are the same, and ReLU has a quarter to do.
 */
export function poolingFirst(layers: readonly Layer[]): Layer[] {
  const ordered = [...layers];
  for (const [position, layer] of layers.entries()) {
    const next = layers[position + 1];
    if (layer.getClassName() !== 'ReLU' || next?.getClassName() !== 'MaxPooling2D') continue;
    ordered[position] = next;
    ordered[position + 1] = layer;
  }
  return ordered;
}
