import type { LayerVariable, Tensor } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../shared/random.ts';
import type { Layer } from '../../engine/layer.ts';
import type { TensorFlow } from '../../engine/load.ts';

/** What tfjs draws the first values of a weight by. */
interface Initializer {
  readonly apply: (shape: number[], dtype?: string) => Tensor;
  seed?: number | null | undefined;
}

/** tfjs' own, which is protected: name, shape, type, initializer, and what is passed on. */
export type AddWeight = (
  this: Layer,
  name: string,
  shape: number[],
  dtype: string | null,
  initializer: Initializer,
  ...rest: unknown[]
) => LayerVariable;

export interface WeightKey {
  readonly seed: number;
  readonly fold: number;
}

/**
 * Builds a model whose initial weights follow from the run's seed, the fold, and the names of layer
 * and weight: each by the initializer that its layer asks for. tfjs would draw them from a hidden
 * generator, or all alike where the file has a seed. What the model is saved with does not change.
 *
 * @param build - builds it before it returns; that it gives a promise changes nothing
 */
export function withSeededWeights<T>(tf: TensorFlow, key: WeightKey, build: () => T): T {
  const zeros = tf.initializers.zeros() as unknown as Initializer;
  return withAddWeight(
    tf,
    (stock) =>
      function (name, shape, dtype, initializer, ...rest) {
        const weight = stock.call(this, name, shape, dtype, zeros, ...rest);
        const { seed, fold } = key;
        const random = createRandom(seed, 'initial-weights', fold, weight.originalName);
        // 0 would mean none.
        const own = random.nextUint32() || 1;
        const seeded = [initializer, ...(Object.values(this) as unknown[])].filter(isSeeded);
        const value = withSeeds(seeded, own, () => initializer.apply(shape, dtype ?? undefined));
        weight.write(value);
        value.dispose();
        return weight;
      },
    build,
  );
}

/** Builds something while layers add their weights in another way. */
export function withAddWeight<T>(
  tf: TensorFlow,
  change: (stock: AddWeight) => AddWeight,
  build: () => T,
): T {
  const prototype = tf.layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const stock = prototype.addWeight;
  prototype.addWeight = change(stock);
  try {
    return build();
  } finally {
    prototype.addWeight = stock;
  }
}

/** Initializers of a layer, which the one of a weight may call, too. */
const isSeeded = (value: unknown): value is Initializer =>
  typeof value === 'object' &&
  value !== null &&
  'seed' in value &&
  'apply' in value &&
  typeof value.apply === 'function';

/** Runs something while initializers have a seed; their own come back. */
function withSeeds<T>(initializers: readonly Initializer[], seed: number, run: () => T): T {
  const own = initializers.map((one) => [one, one.seed] as const);
  for (const [one] of own) one.seed = seed;
  try {
    return run();
  } finally {
    // Backwards: one may be there twice.
    for (const [one, before] of own.toReversed()) one.seed = before;
  }
}
