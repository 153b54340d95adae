/**
 * Environment variables that TensorFlow reads when its library loads; they have to be
 * there before. Set in `process.env` of the same process they do reach the library.
 */

/** Lets TensorFlow use this many threads in all. For the environment of a child process. */
export function threadEnvironment(threads: number): Record<string, string> {
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`threads must be an integer of 1 or more, got ${threads}`);
  }
  return {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: String(threads),
    OMP_NUM_THREADS: String(threads),
  };
}

/** What is set unless the user has set it: no chatter, GPU memory taken as it is needed. */
export const DEFAULT_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
};
