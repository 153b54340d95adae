import type { TensorFlow } from '../load.ts';
import { override } from './override.ts';

/** Knows which kernel of tfjs is running, from now on until `stop`. */
export function watchKernels(tf: TensorFlow): {
  readonly current: () => string | undefined;
  readonly stop: () => void;
} {
  const running: string[] = [];
  const stop = override(tf.engine(), 'runKernel', (run) => (name, ...rest) => {
    running.push(String(name));
    try {
      return run(name, ...rest);
    } finally {
      running.pop();
    }
  });
  return { current: () => running.at(-1), stop };
}
