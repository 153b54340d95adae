import { loadNativeGraphs } from './compile/native.ts';
import { describeEngine, type TensorFlow } from './load.ts';

/**
 * Whether the ops of worker/engine/kernels can be used: they have kernels for the CPU alone, and
 * come with the engine's part that runs graphs, which is loaded for them.
 */
export function hasOwnOps(tf: TensorFlow): boolean {
  const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  if (isUsingGpuDevice) return false;
  loadNativeGraphs(describeEngine().folder);
  return true;
}
