/** What of this machine each worker gets. */
export interface MachineShares {
  readonly workers: number;
  /** TensorFlow threads of each worker. */
  readonly threads: number;
}

/**
 * Divides a machine among workers: so many for each GPU, or one for each core where there is no GPU,
 * but never more than there are folds; the cores divided among them. What the user has chosen stays.
 */
export function shareMachine(options: {
  readonly cores: number;
  readonly gpus: number;
  readonly folds: number;
  /** Workers that share a GPU; 1 unless given. */
  readonly foldsPerGpu?: number | undefined;
  readonly workers?: number | undefined;
  readonly threads?: number | undefined;
}): MachineShares {
  const { cores, gpus, folds, foldsPerGpu = 1 } = options;
  const workers = options.workers ?? Math.min(folds, gpus > 0 ? gpus * foldsPerGpu : cores);
  const threads = options.threads ?? Math.max(1, Math.floor(cores / workers));
  return { workers, threads };
}
