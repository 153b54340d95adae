import type { TensorFlow } from './load.ts';

/**
 * Whether the ops of worker/engine/kernels can be used: every engine brings them, but they have
 * kernels for the CPU alone.
 */
export function hasOwnOps(tf: TensorFlow): boolean {
  const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  return !isUsingGpuDevice;
}
