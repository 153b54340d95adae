import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../../engine/load.ts';
import { computingLayers } from '../../engine/walk-layers.ts';
import { type LayerSize, largestLayer } from '../model-size.ts';
import type { SavedNetwork } from '../network-json.ts';
import { exposeLogits } from '../softmax.ts';
import { buildBy } from './build-architecture.ts';
import { checkModel, countParameters, type ModelUse, type ParameterCounts } from './check-model.ts';
import { withAddWeight } from './seeded-weights.ts';

/** What is known of a network before any of its weights exist. */
export interface ArchitectureFacts extends ParameterCounts {
  readonly layers: number;
  readonly largest: LayerSize;
}

/**
 * Builds a network without its weights, so that one of any size costs nothing, and checks that it
 * can be trained on the data.
 *
 * @param tf - the layers alone will do: see load-layers.ts
 * @throws {DataError} with one sentence
 */
export async function describeArchitecture(
  tf: TensorFlow,
  network: SavedNetwork,
  use: ModelUse,
): Promise<ArchitectureFacts> {
  const model = await buildBy(tf, network, use.shownAs, (build) => withoutWeights(tf, build));
  checkModel(model, use);
  exposeLogits(model, use.shownAs);
  const layers = computingLayers(model).filter((layer) => layer.getClassName() !== 'InputLayer');
  return { ...countParameters(model), layers: layers.length, largest: largestLayer(model) };
}

/** Each weight is a single number that says that it has another shape. */
function withoutWeights(tf: TensorFlow, build: () => Promise<LayersModel>): Promise<LayersModel> {
  return withAddWeight(
    tf,
    (stock) =>
      function (name, shape, dtype, _initializer, ...rest) {
        const zeros = tf.initializers.zeros() as unknown as Parameters<typeof stock>[3];
        const weight = stock.call(this, name, [], dtype, zeros, ...rest);
        return Object.assign(weight, { shape: [...shape] });
      },
    build,
  );
}
