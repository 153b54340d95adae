import { readFileSync } from 'node:fs';
import { cpus, hostname } from 'node:os';
import type { Environment, Execution } from '../../shared/domain.ts';
import { foldwiseVersion } from '../../shared/version.ts';
import { deviceName } from '../engine/device.ts';
import { describeEngine, type TensorFlow } from '../engine/load.ts';

/** Instruction sets by which TensorFlow and oneDNN choose their kernels, as Linux names them. */
const KERNEL_FEATURES = [
  ...['sse4_2', 'avx', 'fma', 'avx2', 'avx_vnni', 'avx512f', 'avx512bw', 'avx512dq', 'avx512vl'],
  ...['avx512_vnni', 'avx512_bf16', 'avx512_fp16', 'amx_tile', 'amx_bf16', 'amx_int8', 'amx_fp16'],
  ...['asimd', 'asimddp', 'sve', 'sve2', 'bf16', 'i8mm'],
];

/** What this process trains on. */
export function describeEnvironment(
  tf: TensorFlow,
  { threads, step, xla = false }: Execution,
): Environment {
  const { engine, tensorflow } = describeEngine();
  return {
    host: hostname(),
    foldwise: foldwiseVersion(),
    node: process.version,
    engine,
    tensorflow,
    device: deviceName(tf),
    processor: cpus()[0]?.model ?? process.arch,
    processorFeatures: kernelFeatures(processorDescription()),
    threads,
    step,
    ...(xla ? { xla } : {}),
  };
}

/** Those of the features that matter here, in a fixed order, from the text of /proc/cpuinfo. */
export function kernelFeatures(cpuinfo: string): string[] {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  const found = new Set(line.split(' '));
  return KERNEL_FEATURES.filter((feature) => found.has(feature));
}

function processorDescription(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
