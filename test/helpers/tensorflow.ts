import { ensureEngine } from '../../worker/engine/ensure.ts';
import { loadTensorFlow, threadEnvironment } from '../../worker/engine/load.ts';

Object.assign(process.env, threadEnvironment(1));
await ensureEngine({ onProgress: () => undefined });

/** The installed engine, one thread. */
export const tf = loadTensorFlow();

/** What the work left behind on the device, in tensors. */
export async function leftTensors(work: () => unknown): Promise<number> {
  const before = tf.memory().numTensors;
  await work();
  return tf.memory().numTensors - before;
}

/** The greatest difference between two lists of equal length. */
export function greatestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) return Infinity;
  let greatest = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = Math.abs(a[index]! - b[index]!);
    if (!(difference <= greatest)) greatest = difference;
  }
  return greatest;
}
