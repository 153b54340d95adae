import { z } from 'zod';
import type { ImageShape } from '../../shared/domain.ts';
import { DataError } from '../../shared/errors.ts';
import { WEIGHTS_FILE } from './model-files.ts';
import { allLayers, checkConnections, layersOf, network, type SavedLayer } from './network-json.ts';

const size = z
  .int()
  .min(0)
  .max(2 ** 31);

const weightSpec = z.object({
  name: z.string(),
  shape: z.array(size),
  dtype: z.string(),
  quantization: z.object({ dtype: z.string() }).optional(),
});

const file = z.object({
  // What was converted from Keras keeps Keras' own nesting.
  modelTopology: z.union([
    z.object({ model_config: network }).transform(({ model_config: inner }) => inner),
    network,
  ]),
  weightsManifest: z
    .array(z.object({ paths: z.array(z.string()), weights: z.array(weightSpec) }))
    .min(1),
});

/** One tensor in `weights.bin`. */
export type WeightSpec = z.infer<typeof weightSpec>;

export interface Topology {
  readonly layers: readonly SavedLayer[];
  /** In the order of the file. */
  readonly weightSpecs: readonly WeightSpec[];
}

/**
 * Reads what `model.json` says of layers and weights, as tfjs' layers-model format has it.
 *
 * @param json - parsed, nothing known of it yet
 * @param shownAs - names the file in messages
 * @throws {DataError} where it is no layers model, or its weights lie in other files
 */
export function readTopology(json: unknown, shownAs: string): Topology {
  const parsed = file.safeParse(json);
  if (!parsed.success) throw new DataError(describeProblem(json, parsed.error, shownAs));
  const { modelTopology, weightsManifest } = parsed.data;
  const paths = weightsManifest.flatMap((group) => group.paths);
  if (paths.length !== 1 || paths[0] !== WEIGHTS_FILE) {
    throw new DataError(
      `${shownAs} keeps its weights in ${JSON.stringify(paths.slice(0, 3))}, ` +
        `expected all in one file, ${WEIGHTS_FILE}: save the model anew in one piece`,
    );
  }
  const topology = {
    layers: layersOf(modelTopology),
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
  };
  checkLayerSizes(topology, shownAs);
  checkConnections(topology.layers, shownAs);
  return topology;
}

const graphModel = z.object({ format: z.literal('graph-model') });

function describeProblem(json: unknown, error: z.ZodError, shownAs: string): string {
  const isGraph = graphModel.safeParse(json).success;
  if (isGraph) return `${shownAs} is a tfjs graph model, expected a layers model`;
  const [issue] = error.issues;
  return (
    `${shownAs} is no tfjs layers model: ` +
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`
  );
}

/**
 * Building a model makes room for its layers before the weights are looked at, so a layer that
 * says it has a billion units would take the machine's memory first.
 */
function checkLayerSizes({ layers: found, weightSpecs }: Topology, shownAs: string): void {
  const largest = weightSpecs.flatMap(({ shape }) => shape).reduce((a, b) => Math.max(a, b), 0);
  for (const { config } of allLayers(found, shownAs)) {
    for (const key of ['units', 'filters']) {
      const wide = config[key];
      if (typeof wide !== 'number' || wide <= largest) continue;
      throw new DataError(
        `${shownAs} has a layer with ${wide} ${key}, but no weights of that size: it is damaged`,
      );
    }
  }
}

/** Larger images are no business of a classifier of pictures, and would take the memory. */
const LARGEST_SIDE = 4096;

const inputShape = z.tuple([
  z.null(),
  z.int().min(1).max(LARGEST_SIDE),
  z.int().min(1).max(LARGEST_SIDE),
  z.int().min(1).max(4),
]);

/**
 * The size of the images the model takes.
 *
 * @throws {DataError} where that is no fixed height, width and number of channels
 */
export function inputOf(layers: readonly SavedLayer[], shownAs: string): ImageShape {
  const shapes = [...layers, ...allLayers(layers, shownAs)].map(
    ({ config }) => config['batch_input_shape'] ?? config['batch_shape'],
  );
  const shape = shapes.find((candidate) => candidate !== undefined);
  const parsed = inputShape.safeParse(shape);
  if (!parsed.success) {
    throw new DataError(
      `${shownAs} takes inputs of the shape ${JSON.stringify(shape) ?? 'it does not tell'}, ` +
        'expected images: [null, height, width, channels], with fixed sizes',
    );
  }
  const [, height, width, channels] = parsed.data;
  return { height, width, channels };
}
