import type { ImageShape } from '../../../shared/domain.ts';
import { layersOf, nameOf, type SavedLayer, type SavedNetwork } from '../network-json.ts';
import type { Normalisation } from '../normalisation.ts';

/** Puts the standardisation of pixels in front of a network. Pure. */

export interface StandardiseOptions {
  readonly image: ImageShape;
  /** Of the images the model will be trained with. */
  readonly normalisation: Normalisation;
}

/**
 * The network with a Rescaling layer "standardise" as its first: (pixel − mean) / std.
 *
 * @param network - with a name for each layer, one input
 */
export function standardised(network: SavedNetwork, options: StandardiseOptions): SavedNetwork {
  const layers = layersOf(network);
  const rescaling = rescalingLayer(freeName(layers), options);
  const changed = isGraph(layers) ? intoGraph(layers, rescaling) : intoStack(layers, rescaling);
  const { config } = network;
  return { ...network, config: { ...(Array.isArray(config) ? {} : config), layers: changed } };
}

/** True for a network whose first layers scale pixels themselves: all that its input goes into. */
export function beginsWithRescaling(network: SavedNetwork): boolean {
  return startsScaled(layersOf(network));
}

function startsScaled(layers: readonly SavedLayer[]): boolean {
  const inputs = layers.filter(isInput);
  if (!isGraph(layers)) {
    const first = layers.find((layer) => !isInput(layer));
    return first !== undefined && isScaled(first);
  }
  const names = new Set(inputs.map(nameOf));
  const takers = layers.filter((layer) => references(layer).some(([from]) => names.has(from)));
  return takers.length > 0 && takers.every(isScaled);
}

function isScaled({ class_name: kind, config }: SavedLayer): boolean {
  const inner = config['layers'];
  return kind === 'Rescaling' || (Array.isArray(inner) && startsScaled(inner as SavedLayer[]));
}

const isInput = ({ class_name: kind }: SavedLayer): boolean => kind === 'InputLayer';
const isGraph = (layers: readonly SavedLayer[]): boolean =>
  layers.some(({ inbound_nodes: nodes }) => nodes !== undefined);
const references = ({ inbound_nodes: nodes = [] }: SavedLayer) => nodes.flat();

/** Of the paper's network, unless the file has a layer of that name. */
function freeName(layers: readonly SavedLayer[]): string {
  const taken = new Set(layers.map(nameOf));
  let name = 'standardise';
  for (let number = 2; taken.has(name); number++) name = `standardise_${number}`;
  return name;
}

function rescalingLayer(name: string, { image, normalisation }: StandardiseOptions): SavedLayer {
  const { height, width, channels } = image;
  const { mean, std } = normalisation;
  return {
    class_name: 'Rescaling',
    config: {
      name,
      scale: 1 / std,
      offset: -mean / std,
      trainable: true,
      batch_input_shape: [null, height, width, channels],
      dtype: 'float32',
    },
  };
}

/** It takes what the first layer says that it takes: whether images are that is for others to check. */
function intoStack(layers: readonly SavedLayer[], bare: SavedLayer): SavedLayer[] {
  const start = layers.findIndex((layer) => !isInput(layer));
  const told = layers[0]?.config['batch_input_shape'];
  const shape = Array.isArray(told) ? { batch_input_shape: told as unknown[] } : {};
  const rescaling = { ...bare, config: { ...bare.config, ...shape } };
  return [...layers.slice(0, start), rescaling, ...layers.slice(start)];
}

/** What took the input takes what comes out of the new layer. */
function intoGraph(layers: readonly SavedLayer[], rescaling: SavedLayer): SavedLayer[] {
  const inputs = new Set(layers.filter(isInput).map(nameOf));
  const name = nameOf(rescaling);
  const [input = ''] = inputs;
  const redirected = layers.map((layer): SavedLayer => {
    const { inbound_nodes: nodes } = layer;
    if (nodes === undefined) return layer;
    const changed = nodes.map((use) =>
      use.map((reference): typeof reference => {
        const [from, , , ...rest] = reference;
        return inputs.has(from) ? [name, 0, 0, ...rest] : reference;
      }),
    );
    return { ...layer, inbound_nodes: changed };
  });
  const placed = {
    ...rescaling,
    name,
    inbound_nodes: [[[input, 0, 0, {}] as [string, number, number, ...unknown[]]]],
  };
  const end = layers.findIndex(isInput) + 1;
  return [...redirected.slice(0, end), placed, ...redirected.slice(end)];
}
