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

/**
 * What is set unless the user has set it: no chatter, GPU memory taken as it is needed, memory for
 * tensors kept from step to step, oneDNN's convolutions and products on every processor.
 *
 * By default TensorFlow gives a tensor's memory back to the C library, and that a large one's to the
 * system, which fills the next one's with zeros again, page by page, at every step. With the
 * allocator that it has for GPUs it keeps and divides what it once got, of whatever size: the limit
 * is to be the machine's (docs/decisions/keeping-memory.md).
 *
 * It leaves oneDNN out on processors without the latest vector instructions, where it pays as well
 * (docs/decisions/onednn-everywhere.md).
 */
export const DEFAULT_ENVIRONMENT: Readonly<Record<string, string>> = {
  TF_CPP_MIN_LOG_LEVEL: '2',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  TF_CPU_ALLOCATOR_USE_BFC: 'true',
  TF_CPU_BFC_MEM_LIMIT_IN_MB: String(2 ** 20),
  TF_ENABLE_ONEDNN_OPTS: '1',
};
