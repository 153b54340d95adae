import { z } from 'zod';
import type { SavedLayer, SavedNetwork } from '../network-json.ts';
import { isStrayRegularizer } from './unsupported.ts';

/**
 * Gives the network, and each layer that lacks one, a name. tfjs would count up over all that a
 * process has built, and so save the same network under other names the next time. What tfjs
 * writes by mistake is left out. Pure.
 */
export function completed(network: SavedNetwork): SavedNetwork {
  const counts = new Map<string, number>();
  const nextName = (kind: string): string => {
    const base = kind.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return `${base}_${count}`;
  };
  const nameLayer = (layer: SavedLayer): SavedLayer => {
    const name = layer.config['name'] ?? layer.name ?? nextName(layer.class_name);
    return { ...layer, config: { ...mapInner(repaired(layer.config), nameLayer), name } };
  };
  const { config } = network;
  const [layers, rest] = Array.isArray(config) ? [config, {}] : [config.layers, config];
  return { ...network, config: { name: 'network', ...rest, layers: layers.map(nameLayer) } };
}

/** Without constraints that are regularizers, and with regularizers as tfjs calls them. */
function repaired(config: SavedLayer['config']): SavedLayer['config'] {
  const entries = Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    const name = key.toLowerCase();
    if (name.endsWith('constraint') && isStrayRegularizer(value)) return [];
    return [[key, name.endsWith('regularizer') ? knownRegularizer(value) : value]];
  });
  return Object.fromEntries(entries);
}

const kerasRegularizer = z.object({
  class_name: z.enum(['L1', 'L2']),
  config: z.object({ l1: z.number().default(0), l2: z.number().default(0) }),
});

/** tfjs has one class for both, Keras has three. */
function knownRegularizer(value: unknown): unknown {
  const parsed = kerasRegularizer.safeParse(value);
  return parsed.success ? { class_name: 'L1L2', config: parsed.data.config } : value;
}

/** Those keys of a layer's configuration under which other layers lie. */
function mapInner(
  config: SavedLayer['config'],
  change: (layer: SavedLayer) => SavedLayer,
): SavedLayer['config'] {
  const changed: Record<string, unknown> = { ...config };
  for (const key of ['layers', 'layer', 'cell', 'cells']) {
    const inner = config[key];
    if (Array.isArray(inner)) changed[key] = (inner as SavedLayer[]).map(change);
    else if (inner !== undefined && inner !== null) changed[key] = change(inner as SavedLayer);
  }
  return changed;
}
