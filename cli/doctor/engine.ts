import os from 'node:os';
import { EngineError } from '../../shared/errors.ts';
import { driverVersion, gpuNames } from '../../worker/engine/device.ts';
import { describeAbsence } from '../../worker/engine/load.ts';
import { type Proof, proveEngine } from '../../worker/engine/prove.ts';
import type { EngineState } from '../../worker/engine/selection.ts';
import type { Check } from './check.ts';

const INSTALL = 'foldwise engine install';

/** Engine, TensorFlow and devices. The library runs in a child process: it may crash. */
export async function checkEngineAndDevices(
  state: EngineState,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  if (state.kind !== 'ready') return [describeProblem(state), ...unknown('no engine')];
  const { variant, tfjs, folder } = state.engine;
  const name = 'engine';
  const detail = `tfjs-node-gpu ${tfjs} ${variant}, in ${folder}`;
  try {
    const proof = await proveEngine(folder, signal);
    return [
      { name, status: 'ok', detail },
      { name: 'tensorflow', status: 'ok', detail: proof.tensorflow },
      checkDevice({ variant, proof, ...findGpus() }),
    ];
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const broken: Check = { name, status: 'error', detail: error.message, remedy: repair(state) };
    return [broken, ...unknown('the engine does not work')];
  }
}

function describeProblem(state: Exclude<EngineState, { kind: 'ready' }>): Check {
  return {
    name: 'engine',
    status: state.kind === 'broken' ? 'error' : 'warning',
    detail: describeAbsence(state),
    remedy: `${repair(state)} "foldwise train" also installs it by itself.`,
  };
}

function repair(state: EngineState): string {
  if (state.kind === 'none') return `Run "${INSTALL}", with --gpu for NVIDIA GPUs.`;
  const variant =
    state.kind === 'ready'
      ? state.engine.variant
      : 'variant' in state.request
        ? state.request.variant
        : 'custom';
  const flags = { cpu: '', gpu: ' --gpu', custom: ' --libtensorflow DIR' };
  return `Run "${INSTALL}${flags[variant]}".`;
}

const unknown = (reason: string): readonly Check[] =>
  ['tensorflow', 'devices'].map((name) => ({
    name,
    status: 'warning',
    detail: `not known: ${reason}`,
  }));

export interface DeviceFacts {
  readonly variant: 'cpu' | 'gpu' | 'custom';
  readonly proof: Pick<Proof, 'device' | 'log'>;
  /** GPUs that the driver names. */
  readonly gpus: readonly string[];
  readonly driver: string | undefined;
  /** CUDA_VISIBLE_DEVICES: empty or -1 hides every GPU. */
  readonly visible: string | undefined;
}

/** Tells a missing driver from a missing library, and an idle GPU from none. */
export function checkDevice({ variant, proof, gpus, driver, visible }: DeviceFacts): Check {
  const name = 'devices';
  if (proof.device !== 'cpu') {
    const more = gpus.length > 1 ? `, one of ${gpus.length} GPUs` : '';
    return { name, status: 'ok', detail: `${proof.device}${more}` };
  }
  const seen = gpus.length > 0 ? gpus.join(', ') : undefined;
  if (variant !== 'gpu') {
    if (!seen) return { name, status: 'ok', detail: `cpu${processorName()}` };
    const remedy = `Run "${INSTALL} --gpu" to use it.`;
    return { name, status: 'warning', detail: `cpu, although there is a GPU: ${seen}`, remedy };
  }
  if (visible === '' || visible === '-1') {
    const detail = `cpu: CUDA_VISIBLE_DEVICES="${visible}" hides every GPU`;
    return { name, status: 'warning', detail, remedy: 'Unset it to use the GPU.' };
  }
  if (driver === undefined && !seen) {
    const remedy = 'Install the NVIDIA driver, or give the container access to it (--gpus all).';
    return { name, status: 'warning', detail: 'cpu: no NVIDIA driver is loaded here', remedy };
  }
  return {
    name,
    status: 'error',
    detail: `cpu, although NVIDIA driver ${driver ?? ''} is here (${seen ?? 'no GPU visible'}): ${reason(proof.log)}`,
    remedy:
      'Check CUDA_VISIBLE_DEVICES, that libcuda.so.1 is found (ldconfig -p), and that the driver ' +
      'is 525 or newer.',
  };
}

function findGpus(): Pick<DeviceFacts, 'gpus' | 'driver' | 'visible'> {
  const visible = process.env['CUDA_VISIBLE_DEVICES'];
  return { gpus: gpuNames(), driver: driverVersion(), visible };
}

function processorName(): string {
  const model = os.cpus()[0]?.model.trim();
  return model ? `: ${model}` : '';
}

/** The line in which TensorFlow says why, if it does. */
function reason(log: string): string {
  const telling = /cannot dlopen|could not (find|load)|cuInit|libcuda|no CUDA-capable|CUDA_ERROR/i;
  const line = log.split('\n').find((each) => telling.test(each)) ?? 'TensorFlow does not say why';
  return line.replace(/^[IWEF]\S* .*?\] /, '').trim();
}
