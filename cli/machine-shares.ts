/** What of this machine each worker gets. */
export interface MachineShares {
  readonly workers: number;
  /** TensorFlow threads of each worker. */
  readonly threads: number;
}

export interface Machine {
  readonly cores: number;
  readonly gpus: number;
  readonly folds: number;
  /** Workers that share a GPU; 1 unless given. */
  readonly foldsPerGpu?: number | undefined;
  readonly workers?: number | undefined;
  readonly threads?: number | undefined;
  /** Pixels that pass through the network while a fold trains: epochs × images × pixels of one. */
  readonly foldPixels: number;
}

/**
 * Divides a machine among workers. On GPUs: so many for each, but no more than there are folds. On
 * processors: the number that should end all folds soonest. What the user has chosen stays, and the
 * cores are divided among the workers.
 */
export function shareMachine(machine: Machine): MachineShares {
  const { cores, gpus, folds, foldsPerGpu = 1 } = machine;
  const workers =
    machine.workers ?? (gpus > 0 ? Math.min(folds, gpus * foldsPerGpu) : soonest(machine));
  return { workers, threads: machine.threads ?? threadsOf(cores, workers) };
}

const threadsOf = (cores: number, workers: number): number =>
  Math.max(1, Math.floor(cores / workers));

/** Of equals the most workers: the first scores come in sooner so, and a lost worker costs less. */
function soonest(machine: Machine): number {
  const { cores, folds } = machine;
  const most = Math.min(folds, cores);
  let best = most;
  for (let workers = most - 1; workers >= 1; workers -= 1) {
    if (estimatedSeconds(machine, workers) < estimatedSeconds(machine, best)) best = workers;
  }
  return best;
}

/** The paper's network, compiled: 3,100 images of 28×28 a second on one core (docs/benchmarks.md). */
const PIXELS_PER_SECOND = 3_100 * 28 * 28;
/** n threads do the work of n^0.8: two did 1.75 times that of one. */
const THREADS_EXPONENT = 0.8;
/** A training process starts on one thread. */
const START_SECONDS = 3;

/**
 * Folds are trained in rounds of as many as there are workers, so the last round may leave cores
 * idle; fewer workers of more threads leave none idle, but gain less from each thread.
 */
function estimatedSeconds(machine: Machine, workers: number): number {
  const { cores, folds, foldPixels } = machine;
  const threads = machine.threads ?? threadsOf(cores, workers);
  const trainSeconds = foldPixels / PIXELS_PER_SECOND / threads ** THREADS_EXPONENT;
  return Math.ceil(folds / workers) * (START_SECONDS + trainSeconds);
}
