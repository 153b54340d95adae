import type { TensorFlow } from '../load.ts';

interface Patchable {
  runKernel?: unknown;
}

/** Knows which kernel of tfjs is running, from now on until `stop`. */
export function watchKernels(tf: TensorFlow): {
  readonly current: () => string | undefined;
  readonly stop: () => void;
} {
  const engine = tf.engine();
  const running: string[] = [];
  const { runKernel } = engine;
  (engine as Patchable).runKernel = (name: string, ...rest: [never]) => {
    running.push(name);
    try {
      return runKernel.call(engine, name, ...rest);
    } finally {
      running.pop();
    }
  };
  return {
    current: () => running.at(-1),
    stop: () => void delete (engine as Patchable).runKernel,
  };
}
