import os from 'node:os';
import { type CudaReport, unresolved } from '../../worker/engine/cuda/report.ts';
import type { Proof } from '../../worker/engine/prove.ts';
import type { Check } from './check.ts';
import { type DriverFacts, explainDriver, warnOfOldDriver } from './driver.ts';

export interface DeviceFacts extends Omit<DriverFacts, 'cuda'> {
  readonly variant: 'cpu' | 'gpu' | 'custom';
  readonly proof: Pick<Proof, 'device' | 'log' | 'cuda'>;
}

const name = 'devices';

/** Tells a missing driver from a missing library, and an idle GPU from none. */
export function checkDevice(facts: DeviceFacts): Check {
  const { variant, proof, gpus, driver, visible } = facts;
  if (proof.device !== 'cpu') return describeUse(facts);
  if (variant !== 'gpu') {
    if (gpus.length === 0) return { name, status: 'ok', detail: `cpu${processorName()}` };
    const remedy = 'Run "foldwise engine install --gpu" to use it.';
    const detail = `cpu, although there is a GPU: ${gpus.join(', ')}`;
    return { name, status: 'warning', detail, remedy };
  }
  if (visible === '' || visible === '-1') {
    const detail = `cpu: CUDA_VISIBLE_DEVICES="${visible}" hides every GPU`;
    return { name, status: 'warning', detail, remedy: 'Unset it to use the GPU.' };
  }
  const { cuda } = proof;
  const trouble = cuda && explainDriver({ gpus, driver, visible, cuda: cuda.driver });
  if (trouble) return { name, ...trouble };
  return { name, status: 'error', ...explainSilence(proof.log, cuda) };
}

function describeUse({ proof, gpus }: DeviceFacts): Check {
  const more = gpus.length > 1 ? `, one of ${gpus.length} GPUs` : '';
  const detail = `${proof.device}${more}`;
  const warning = proof.cuda && warnOfOldDriver(proof.cuda.driver);
  if (!warning) return { name, status: 'ok', detail };
  return {
    name,
    status: 'warning',
    detail: `${detail}; ${warning.detail}`,
    remedy: warning.remedy,
  };
}

/** The driver is well, and yet TensorFlow computes on the CPU. */
function explainSilence(log: string, cuda: CudaReport | undefined) {
  if (cuda && unresolved(cuda).length > 0) {
    const detail = 'cpu: without all CUDA libraries, TensorFlow uses no GPU';
    return { detail, remedy: 'See "cuda" above.' };
  }
  const remedy =
    'TF_CPP_MIN_LOG_LEVEL=0 in the environment of "foldwise worker" shows all it says.';
  return { detail: `cpu, although the NVIDIA driver works: ${reason(log)}`, remedy };
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
