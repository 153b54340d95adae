import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { loadCudaProbe } from './cuda/check.ts';
import { describeEngine, type TensorFlow } from './load.ts';
import { CUDA_FILE } from './location.ts';

const DRIVER_FOLDER = '/proc/driver/nvidia';

/** What a loaded engine, the selected one unless given, computes on: "cpu" or the name of the GPU. */
export function deviceName(tf: TensorFlow, engineFolder?: string): string {
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  if (!backend.isUsingGpuDevice) return 'cpu';
  const folder = engineFolder ?? describeEngine().folder;
  if (existsSync(path.join(folder, CUDA_FILE))) {
    const [gpu] = loadCudaProbe(folder).driver().gpus;
    if (gpu) return gpu.name;
  }
  return guessGpuName();
}

/** With a library of the user's own, only the driver's list is there to ask. */
function guessGpuName(): string {
  const names = gpuNames();
  const first = /^\d+/.exec(process.env['CUDA_VISIBLE_DEVICES'] ?? '0')?.[0] ?? '0';
  return names[Number(first)] ?? names[0] ?? 'gpu';
}

/** GPUs that the NVIDIA driver knows, in its order; empty where there is no driver. */
export function gpuNames(driverFolder: string = DRIVER_FOLDER): readonly string[] {
  const gpus = path.join(driverFolder, 'gpus');
  try {
    return readdirSync(gpus)
      .sort()
      .map((gpu) => readFileSync(path.join(gpus, gpu, 'information'), 'utf8'))
      .map((text) => /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'gpu');
  } catch {
    return [];
  }
}

/** The version of the NVIDIA driver's kernel module; undefined where there is none. */
export function driverVersion(driverFolder: string = DRIVER_FOLDER): string | undefined {
  try {
    const text = readFileSync(path.join(driverFolder, 'version'), 'utf8');
    return /(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
