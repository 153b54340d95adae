import { EngineError } from '../../shared/errors.ts';
import { driverVersion, gpuNames } from '../../worker/engine/device.ts';
import { describeAbsence } from '../../worker/engine/load.ts';
import { proveEngine } from '../../worker/engine/prove.ts';
import type { EngineState } from '../../worker/engine/selection.ts';
import type { Check } from './check.ts';
import { checkCuda } from './cuda.ts';
import { checkDevice } from './device.ts';

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
      ...(variant === 'gpu' ? [checkCuda(proof.cuda, process.env['LD_LIBRARY_PATH'])] : []),
      checkDevice({
        ...{ variant, proof, gpus: gpuNames(), driver: driverVersion() },
        visible: process.env['CUDA_VISIBLE_DEVICES'],
      }),
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
