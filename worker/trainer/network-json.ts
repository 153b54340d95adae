import { z } from 'zod';
import { DataError } from '../../shared/errors.ts';

/** A network as tfjs' layers-model format writes it. Pure: data in, data out. */

/** Layer, number of its use, number of its output. */
const reference = z.tuple([z.string(), z.int().min(0), z.int().min(0)]).rest(z.unknown());

const layer = z.looseObject({
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  name: z.string().optional(),
  /** What each use of the layer takes, where the file tells. */
  inbound_nodes: z.array(z.array(reference).min(1)).optional(),
});
const layers = z.array(layer).min(1);

/** A list in old sequential models, else below a key of that name. */
export const network = z.looseObject({
  class_name: z.string(),
  config: z.union([z.looseObject({ layers }), layers]),
});

export type SavedLayer = z.infer<typeof layer>;
export type SavedNetwork = z.infer<typeof network>;

export const layersOf = ({ config }: SavedNetwork): readonly SavedLayer[] =>
  Array.isArray(config) ? config : config.layers;

/** Deep enough for any network, and far from what overflows a stack. */
const MOST_LEVELS = 32;

/**
 * The layers of a network in order, each followed by those inside it: of a model that is a layer,
 * a wrapper such as TimeDistributed, or a cell.
 *
 * @param shownAs - names the file in messages
 * @throws {DataError} for layers within layers that are none, or too many levels of them
 */
export function* allLayers(
  found: readonly SavedLayer[],
  shownAs: string,
  level = 0,
): Generator<SavedLayer> {
  if (level > MOST_LEVELS) {
    throw new DataError(`${shownAs} has layers within layers, more than ${MOST_LEVELS} deep`);
  }
  for (const one of found) {
    yield one;
    yield* allLayers(innerLayers(one, shownAs), shownAs, level + 1);
  }
}

/** Layers directly within a layer. */
export function innerLayers(outer: SavedLayer, shownAs: string): readonly SavedLayer[] {
  const { layers: stack, layer: wrapped, cell, cells } = outer.config;
  const inner: unknown[] = [stack, wrapped, cell, cells]
    .filter((one) => one !== undefined && one !== null)
    .flat();
  if (inner.every(isLayer)) return inner;
  const name = JSON.stringify(nameOf(outer).slice(0, 80));
  throw new DataError(`${shownAs} is damaged: what lies within its layer ${name} is no layer`);
}

const isLayer = (value: unknown): value is SavedLayer => layer.safeParse(value).success;

/** What a layer is called in messages. */
export function nameOf({ name, config, class_name: kind }: SavedLayer): string {
  const own = name ?? config['name'];
  return typeof own === 'string' ? own : kind;
}

/**
 * Checks how layers hang together, in models within models too: tfjs looks for ever for a layer
 * that is not there, or that waits for itself.
 *
 * @throws {DataError}
 */
export function checkConnections(found: readonly SavedLayer[], shownAs: string): void {
  for (const one of allLayers(found, shownAs)) {
    checkGraph(innerLayers(one, shownAs), shownAs);
  }
  checkGraph(found, shownAs);
}

/**
 * Does as tfjs does, which applies a layer once what it takes is there, use after use, and counts
 * how often each was applied. What cannot be applied in the end would be waited for.
 */
function checkGraph(found: readonly SavedLayer[], shownAs: string): void {
  const applied = new Map<string, number>();
  let waiting: { readonly name: string; readonly takes: readonly Reference[] }[] = [];
  for (const layer of found) {
    const { name = '', config, inbound_nodes: nodes } = layer;
    if (nodes === undefined) continue;
    if (config['name'] !== name || applied.has(name)) throw disconnected(shownAs, name);
    applied.set(name, isThere(layer) ? 1 : 0);
    waiting.push(...nodes.map((takes) => ({ name, takes })));
  }
  while (waiting.length > 0) {
    const left = waiting.filter(({ name, takes }) => {
      if (!takes.every(([from, use]) => use < (applied.get(from) ?? 0))) return true;
      applied.set(name, (applied.get(name) ?? 0) + 1);
      return false;
    });
    if (left.length === waiting.length) throw disconnected(shownAs, left[0]?.name ?? '');
    waiting = left;
  }
}

type Reference = z.infer<typeof reference>;

/** An input, or a model, which counts as applied once it is made: if it knows what it takes. */
function isThere({ class_name: kind, config }: SavedLayer): boolean {
  if (kind === 'InputLayer') return true;
  const { layers: inner } = config;
  if (!Array.isArray(inner)) return false;
  const [first] = inner as SavedLayer[];
  if (first === undefined) return false;
  return first.inbound_nodes !== undefined || hasInput(first) || isThere(first);
}

const hasInput = ({ config }: SavedLayer): boolean =>
  ['batch_input_shape', 'batch_shape', 'input_shape', 'input_dim'].some((key) => key in config);

const disconnected = (shownAs: string, name: string): DataError =>
  new DataError(
    `${shownAs} has a layer ${JSON.stringify(name.slice(0, 80))} whose place among the others ` +
      'cannot be told: it is damaged',
  );
