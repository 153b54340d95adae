import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';
import type { RandomSource } from './random-source.ts';

export type Layer = InstanceType<TensorFlow['layers']['Layer']>;

/** What fused layers read from the second argument of `apply`. */
export interface CallOptions {
  readonly training: boolean;
  /** Decides what dropout drops. */
  readonly random?: RandomSource;
}

/** A training pass; `stock` runs the layer as tfjs does. It leaves out a last ReLU. */
export type FusedPass = (x: Tensor, options: CallOptions, stock: () => Tensor) => Tensor;
