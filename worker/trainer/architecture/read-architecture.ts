import { z } from 'zod';
import { asError, DataError } from '../../../shared/errors.ts';
import { MAX_ARCHITECTURE_BYTES } from '../../../shared/wire/bounds.ts';
import {
  allLayers,
  checkConnections,
  layersOf,
  network,
  type SavedNetwork,
} from '../network-json.ts';
import { completed } from './complete.ts';
import { checkLayer } from './unsupported.ts';

/** More than any network has, and few enough for what looks at pairs of layers. */
const MOST_LAYERS = 4096;
/** Of brackets within brackets; 32 models within models have fewer. */
const MOST_NESTING = 200;

/**
 * Reads a network from the text of a tfjs layers `model.json`, of what `model.toJSON()` gives, or
 * of either as converted from Keras. It is data: nothing in it is run. Weights, optimizer and
 * metadata are left behind; layers without names are given some.
 *
 * @param shownAs - names the file in messages
 * @throws {DataError} with one sentence, for what is no such network or cannot be trained here;
 *   whether tfjs can build it is not known yet
 */
export function readArchitecture(text: string, shownAs: string): SavedNetwork {
  const json = parse(text, shownAs);
  const parsed = network.safeParse(networkOf(json));
  if (!parsed.success) throw new DataError(describeProblem(json, parsed.error, shownAs));
  const { data } = parsed;
  if (isOfKeras3(data)) throw new DataError(`${shownAs} ${KERAS_3}`);
  const count = [...allLayers(layersOf(data), shownAs)].length;
  if (count > MOST_LAYERS) {
    throw new DataError(`${shownAs} has ${count} layers, more than the ${MOST_LAYERS} allowed`);
  }
  checkConnections(layersOf(data), shownAs);
  for (const layer of allLayers(layersOf(data), shownAs)) checkLayer(layer, shownAs);
  return completed(data);
}

/**
 * The network as text that {@link readArchitecture} reads back unchanged.
 *
 * @throws {DataError} where that is longer than may be sent to a worker
 */
export function renderArchitecture(found: SavedNetwork, shownAs: string): string {
  const text = JSON.stringify({ modelTopology: found });
  if (new TextEncoder().encode(text).length <= MAX_ARCHITECTURE_BYTES) return text;
  throw new DataError(
    `${shownAs} is too long: more than ${MAX_ARCHITECTURE_BYTES} bytes of layers`,
  );
}

function parse(text: string, shownAs: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
    // `model.toJSON()` gives text, which is easily encoded once more.
    if (typeof json === 'string') json = JSON.parse(json);
  } catch (error) {
    const why = asError(error).message.replaceAll(/\s+/g, ' ').slice(0, 200);
    throw new DataError(`${shownAs} is no JSON, and so no network: ${why}`, { cause: error });
  }
  if (isTooDeep(json)) {
    throw new DataError(`${shownAs} is nested more than ${MOST_NESTING} deep: it is damaged`);
  }
  return json;
}

/** Without recursion, which is what too deep a nesting would break. */
function isTooDeep(json: unknown): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_NESTING) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  return false;
}

const modelFile = z.object({ modelTopology: z.unknown() });
const kerasModel = z.object({ model_config: z.unknown() });

/** The network within a model.json, within Keras' own nesting, or the whole. */
function networkOf(json: unknown): unknown {
  const file = modelFile.safeParse(json);
  const topology = file.success ? file.data.modelTopology : json;
  const keras = kerasModel.safeParse(topology);
  return keras.success ? keras.data.model_config : topology;
}

const graphModel = z.union([
  z.object({ format: z.literal('graph-model') }),
  z.object({ modelTopology: z.object({ node: z.array(z.unknown()) }) }),
]);

const KERAS_3 =
  'is in the format of Keras 3, which tfjs does not read: write it by tf_keras, Keras 2';
/** What Keras 3 calls the shape of an input; how it writes what a layer takes, and the rest. */
const SIGNS_OF_KERAS_3 = /"batch_shape":|"class_name":"__keras_tensor__"|"keras_version":"3\./;

/** Of what can be read: a file of Keras 3 that somebody has made one of Keras 2 says so still. */
function isOfKeras3(found: SavedNetwork): boolean {
  const text = JSON.stringify(found);
  return SIGNS_OF_KERAS_3.test(text) && !text.includes('"batch_input_shape":');
}

function describeProblem(json: unknown, error: z.ZodError, shownAs: string): string {
  if (graphModel.safeParse(json).success) {
    return `${shownAs} is a tfjs graph model, expected a layers model`;
  }
  if (SIGNS_OF_KERAS_3.test(JSON.stringify(json))) return `${shownAs} ${KERAS_3}`;
  const [issue] = error.issues;
  const where = issue?.path.join('.').slice(0, 200) || 'the whole';
  return (
    `${shownAs} is no tfjs layers model (expected class_name and config with layers): ` +
    `${where}: ${issue?.message ?? 'invalid'}`
  );
}
