import type { Tensor1D } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';

/** Seeds for one step: another for each use of a layer that draws at random. */
export interface RandomSource {
  /** int32 [2] */
  readonly next: () => Tensor1D;
}

/** An odd number near 2^32 / φ: its multiples do not meet before 2^32 of them. */
const STRIDE = 0x9e3779b9;

/**
 * Seeds that follow from that of the step. Uses are told apart by their order, which the network
 * decides, so a recorded step draws what the step itself would. The first gets the seed as it is.
 *
 * @param seed - int32 [2]
 */
export function createRandomSource(tf: TensorFlow, seed: Tensor1D): RandomSource {
  let uses = 0;
  return {
    next: () => {
      const use = uses++;
      if (use === 0) return seed;
      return tf.add(seed, tf.tensor1d([Math.imul(use, STRIDE), 0], 'int32'));
    },
  };
}
