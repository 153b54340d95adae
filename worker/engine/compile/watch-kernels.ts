import type { TensorFlow } from '../load.ts';

interface KernelRunner {
  runKernel?: (name: string, ...rest: unknown[]) => unknown;
}

/** Knows which kernel of tfjs is running, from now on until `stop`. */
export function watchKernels(tf: TensorFlow): {
  readonly current: () => string | undefined;
  readonly stop: () => void;
} {
  const engine = tf.engine() as unknown as KernelRunner;
  const run = engine.runKernel?.bind(engine);
  const running: string[] = [];
  engine.runKernel = (name, ...rest) => {
    running.push(name);
    try {
      return run?.(name, ...rest);
    } finally {
      running.pop();
    }
  };
  return {
    current: () => running.at(-1),
    // What tfjs has itself lies in the prototype.
    stop: () => void delete engine.runKernel,
  };
}
