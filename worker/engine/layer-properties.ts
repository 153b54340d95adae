import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from './layer.ts';

/** Stands in for a layer's activation where that is to be left out. */
export const LINEAR = {
  apply: <T>(x: T): T => x,
  getClassName: (): string => 'linear',
} as const;

/** The name of a layer's activation, e.g. "relu"; undefined where it has none. */
export function activationOf(layer: Layer): string | undefined {
  const { activation } = layer as Layer & {
    readonly activation?: { readonly getClassName?: () => string } | null;
  };
  return activation?.getClassName?.();
}

/** Layers whose last act is an activation that can be left out. */
export const ACTIVATED: ReadonlySet<string> = new Set([
  ...['Dense', 'Conv1D', 'Conv2D', 'Conv3D', 'Conv2DTranspose', 'DepthwiseConv2D'],
  ...['SeparableConv2D', 'Activation'],
]);

/** True for layers whose training pass ends in a plain ReLU. */
export function endsInRelu(layer: Layer): boolean {
  const kind = layer.getClassName();
  if (kind === 'ReLU')
    return ((layer as Layer & { maxValue?: number | null }).maxValue ?? null) === null;
  return ACTIVATED.has(kind) && activationOf(layer) === 'relu';
}

/** What has a value, as a weight does. */
export interface Readable {
  readonly read: () => Tensor;
}

/** Runs something while a layer has other properties; its own come back, whatever happens. */
export function withProperties<T>(
  layer: Layer,
  properties: Readonly<Record<string, unknown>>,
  run: () => T,
): T {
  const holder = layer as unknown as Record<string, unknown>;
  const own = Object.keys(properties).map((key) => [key, holder[key]] as const);
  Object.assign(holder, properties);
  try {
    return run();
  } finally {
    Object.assign(holder, Object.fromEntries(own));
  }
}
