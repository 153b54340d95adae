import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-node-gpu';
import { asError, DataError } from '../../../shared/errors.ts';
import type { TensorFlow } from '../../engine/load.ts';
import { computingLayers } from '../../engine/walk-layers.ts';
import { freedAsWhole } from '../free-model.ts';
import type { SavedNetwork } from '../network-json.ts';
import { MOST_PARAMETERS } from './check-model.ts';
import { type WeightKey, withAddWeight, withSeededWeights } from './seeded-weights.ts';

/**
 * Builds a network, its initial weights drawn: the same for the same seed and fold everywhere.
 *
 * @param shownAs - names the file in messages
 * @throws {DataError} with one sentence, where tfjs cannot build it
 */
export async function buildArchitecture(
  tf: TensorFlow,
  network: SavedNetwork,
  { shownAs, ...key }: WeightKey & { readonly shownAs: string },
): Promise<LayersModel> {
  const made: LayerVariable[] = [];
  const model = await buildBy(tf, network, shownAs, (build) =>
    collectingWeights(tf, { made, shownAs }, () => withSeededWeights(tf, key, build)),
  );
  for (const layer of computingLayers(model)) repairConfig(layer);
  return freedAsWhole(model, made);
}

interface Collection {
  readonly made: LayerVariable[];
  readonly shownAs: string;
}

/**
 * Builds something, and tells of the weights that come with it, used or not; of no more than are
 * allowed, of which each would be drawn.
 */
function collectingWeights<T>(tf: TensorFlow, { made, shownAs }: Collection, build: () => T): T {
  let parameters = 0;
  return withAddWeight(
    tf,
    (stock) =>
      function (...described) {
        const [, shape] = described;
        parameters += shape.reduce<number>((size, side) => size * (side ?? 1), 1);
        if (parameters > MOST_PARAMETERS) {
          throw new DataError(`${shownAs} has more than the ${MOST_PARAMETERS} parameters allowed`);
        }
        const weight = stock.apply(this, described);
        made.push(weight);
        return weight;
      },
    build,
  );
}

type ModelJson = Parameters<TensorFlow['models']['modelFromJSON']>[0];

/**
 * Builds a network by tfjs' own reader, which runs nothing of it as code.
 *
 * @param within - calls what it is given, and so may change how weights are made
 */
export async function buildBy(
  tf: TensorFlow,
  network: SavedNetwork,
  shownAs: string,
  within: (build: () => Promise<LayersModel>) => Promise<LayersModel>,
): Promise<LayersModel> {
  try {
    // A copy: tfjs changes what it reads. All is built when the promise is given.
    const json = structuredClone({ modelTopology: network }) as unknown as ModelJson;
    return await within(() => tf.models.modelFromJSON(json));
  } catch (error) {
    throw error instanceof DataError ? error : refusal(asError(error), shownAs);
  }
}

/** tfjs' messages have several lines and may repeat much of the file. */
function refusal(error: Error, shownAs: string): DataError {
  const [, what, kind] = /^Unknown (\w+): ([^.\s]+)/.exec(error.message) ?? [];
  if (what !== undefined && kind !== undefined) {
    const why = `wants a kind of ${what} that tfjs does not know: ${kind.slice(0, 80)}`;
    return new DataError(`${shownAs} ${why}`, { cause: error });
  }
  const line = error.message.split('\n')[0]?.trim().slice(0, 300) ?? '';
  // Where something is missing tfjs trips over it, or fails without a word.
  if (line === '' || error instanceof TypeError) {
    const why = line === '' ? '' : ` (${line})`;
    return new DataError(`${shownAs} is damaged: tfjs cannot build it${why}`, { cause: error });
  }
  return new DataError(`${shownAs} cannot be built by tfjs: ${line}`, { cause: error });
}

interface Configured {
  getConfig: () => Record<string, unknown>;
}

/** tfjs writes the regularizer of a DepthwiseConv2D as its constraint, and would read it as one. */
function repairConfig(layer: ReturnType<typeof computingLayers>[number]): void {
  if (layer.getClassName() !== 'DepthwiseConv2D') return;
  const stock = layer.getConfig.bind(layer) as Configured['getConfig'];
  (layer as Configured).getConfig = () => ({ ...stock(), depthwiseConstraint: null });
}
