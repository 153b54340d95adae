import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TensorFlow } from './load.ts';

const DRIVER_FOLDER = '/proc/driver/nvidia';

/** What a loaded engine computes on: "cpu", or the name of the GPU, else just "gpu". */
export function deviceName(tf: TensorFlow): string {
  const backend = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  if (!backend.isUsingGpuDevice) return 'cpu';
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
