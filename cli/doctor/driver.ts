import type { CudaReport } from '../../worker/engine/cuda/report.ts';
import type { Check } from './check.ts';

export interface DriverFacts {
  /** What libcuda.so.1 says. */
  readonly cuda: CudaReport['driver'];
  /** GPUs that the driver's kernel module names. */
  readonly gpus: readonly string[];
  /** Version of the kernel module; undefined where it is not loaded. */
  readonly driver: string | undefined;
  /** CUDA_VISIBLE_DEVICES: empty or -1 hides every GPU. */
  readonly visible: string | undefined;
}

type Trouble = Pick<Check, 'status' | 'detail' | 'remedy'>;

/** Any driver of CUDA 12 serves its libraries, whatever their minor version. */
const OLDEST_CUDA = { version: 12_000, driver: '525.60.13' };
/** TensorFlow brings machine code up to capability 8.9; what is newer gets PTX of CUDA 12.5. */
const PTX = { version: 12_050, driver: '555', capability: 90 };

const CONTAINER =
  'in a container, give it access to the GPU (--gpus all, or nvidia.com/gpu in Kubernetes)';
const NO_DRIVER = `Install the NVIDIA driver; ${CONTAINER}.`;

/** What to do about errors of CUDA that have a known cause. */
const REMEDIES: Readonly<Record<string, string>> = {
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH:
    "libcuda.so.1 and the driver's kernel module are of different versions: reboot after an update.",
  CUDA_ERROR_SYSTEM_NOT_READY: 'Start the service nvidia-fabricmanager, which these GPUs need.',
  CUDA_ERROR_STUB_LIBRARY:
    "This libcuda.so.1 is CUDA's stub: take its folder out of LD_LIBRARY_PATH.",
  CUDA_ERROR_UNKNOWN: 'Load the kernel module nvidia-uvm ("nvidia-modprobe -u"), or reboot.',
};

/** Why the driver gives no GPU; undefined where it does. */
export function explainDriver(facts: DriverFacts): Trouble | undefined {
  const { cuda, driver, gpus } = facts;
  const isLoaded = driver !== undefined || gpus.length > 0;
  if (cuda.origin === '') return isLoaded ? withoutLibrary(facts) : withoutDriver('');
  if (cuda.version > 0 && cuda.version < OLDEST_CUDA.version) return tooOld(facts);
  if (cuda.problem === '') return undefined;
  if (cuda.problem === 'CUDA_ERROR_NO_DEVICE') {
    return isLoaded
      ? withoutDevice(facts)
      : withoutDriver('; only its library libcuda.so.1 is here');
  }
  return {
    status: 'error',
    detail: `cpu: the NVIDIA driver${versioned(driver)} answers ${cuda.problem}`,
    remedy: REMEDIES[cuda.problem] ?? 'See what "nvidia-smi" says.',
  };
}

/** A driver that runs CUDA's own kernels, but could not compile those of TensorFlow. */
export function warnOfOldDriver({ version, gpus }: CudaReport['driver']) {
  const gpu = gpus.find(({ capability }) => capability >= PTX.capability);
  if (!gpu || version === 0 || version >= PTX.version) return undefined;
  const detail = `its driver speaks CUDA ${spoken(version)}, and TensorFlow's kernels for it need ${spoken(PTX.version)}`;
  return { detail, remedy: `Update the NVIDIA driver to ${PTX.driver} or newer.` };
}

const withoutDriver = (more: string): Trouble => ({
  status: 'warning',
  detail: `cpu: no NVIDIA driver is loaded here${more}`,
  remedy: NO_DRIVER,
});

function withoutLibrary({ driver, gpus, cuda }: DriverFacts): Trouble {
  const missing = /cannot open shared object file/.test(cuda.problem);
  const found = missing ? 'its library libcuda.so.1 is not found' : cuda.problem;
  return {
    status: 'error',
    detail: `cpu: NVIDIA driver${versioned(driver)} is loaded${named(gpus)}, but ${found}`,
    remedy:
      `${capital(CONTAINER)}, with "compute" in NVIDIA_DRIVER_CAPABILITIES. Outside of one, install ` +
      "the driver's libraries for CUDA (Debian: libcuda1), and see whether ldconfig -p lists it.",
  };
}

function tooOld({ driver, cuda }: DriverFacts): Trouble {
  return {
    status: 'error',
    detail: `cpu: NVIDIA driver${versioned(driver)} speaks CUDA ${spoken(cuda.version)}, too old for CUDA 12`,
    remedy: `Update the NVIDIA driver to ${OLDEST_CUDA.driver} or newer.`,
  };
}

function withoutDevice({ driver, gpus, visible }: DriverFacts): Trouble {
  const status = 'error';
  if (visible !== undefined) {
    const detail = `cpu: CUDA_VISIBLE_DEVICES="${visible}" names no GPU that is here${named(gpus)}`;
    return { status, detail, remedy: 'Name one as "nvidia-smi -L" does, or unset it.' };
  }
  return {
    status,
    detail: `cpu: NVIDIA driver${versioned(driver)} is loaded${named(gpus)}, but gives this process no GPU`,
    remedy: `Ask the scheduler for one (--gres=gpu:1); ${CONTAINER}.`,
  };
}

const versioned = (driver: string | undefined): string =>
  driver === undefined ? '' : ` ${driver}`;
const named = (gpus: readonly string[]): string => (gpus.length > 0 ? ` (${gpus.join(', ')})` : '');
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** 12090 is CUDA 12.9. */
const spoken = (version: number): string =>
  `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
