import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../shared/random.ts';
import type { Layer } from '../engine/layer.ts';
import type { TensorFlow } from '../engine/load.ts';

/**
 * Draws kernels and biases as PyTorch does by default: uniform ±1/√fan_in, fan_in being the
 * number of inputs of one output. Each layer has a stream of its own, kernel before bias. Other
 * weights (batch normalisation: scale 1, offset 0, running mean 0 and variance 1) stay.
 */
export function drawInitialWeights(
  tf: TensorFlow,
  model: LayersModel,
  { seed, fold }: { readonly seed: number; readonly fold: number },
): void {
  for (const layer of model.layers.filter(hasKernel)) {
    const random = createRandom(seed, 'initial-weights', fold, layer.name);
    const shapes = layer.weights.map(({ shape }) => shape as number[]);
    const bound = 1 / Math.sqrt(fanIn(shapes[0] ?? []));
    const weights = shapes.map((shape) => {
      const values = new Float32Array(shape.reduce((size, dimension) => size * dimension, 1));
      return tf.tensor(random.fillUniform(values, -bound, bound), shape);
    });
    layer.setWeights(weights);
    tf.dispose(weights);
  }
}

const hasKernel = (layer: Layer): boolean =>
  layer.weights[0]?.originalName === `${layer.name}/kernel`;

/** Kernels lie with their outputs last: [inputs, outputs] or [height, width, inputs, outputs]. */
function fanIn(kernelShape: readonly number[]): number {
  return kernelShape.slice(0, -1).reduce((product, dimension) => product * dimension, 1);
}
