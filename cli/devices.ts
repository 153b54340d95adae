import { readdirSync } from 'node:fs';
import { execa } from 'execa';
import { findEngine } from '../worker/engine/selection.ts';

const DRIVER_FOLDER = '/proc/driver/nvidia/gpus';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The GPUs this process may use, as CUDA_VISIBLE_DEVICES names them: what that variable lists, or
 * else what the driver reports; slices (MIG) stand for the GPU they are cut from.
 */
export async function findGpus(
  env: Environment,
  listGpus: () => Promise<readonly string[]> = askDriver,
): Promise<readonly string[]> {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  return visible === undefined ? listGpus() : parseVisibleDevices(visible);
}

/** The kind of the engine in use, or of the one that would be installed. */
export function engineVariant(): 'cpu' | 'gpu' | 'custom' {
  const state = findEngine();
  if (state.kind === 'none') return 'cpu';
  if (state.kind === 'ready') return state.engine.variant;
  return 'variant' in state.request ? state.request.variant : 'custom';
}

/** Lets a worker, and what it starts, see one GPU: TensorFlow would take memory of all of them. */
export function pinToGpu(
  gpu: string | undefined,
  env: Environment,
): Readonly<Record<string, string>> {
  if (gpu === undefined) return {};
  const pinned = { CUDA_VISIBLE_DEVICES: gpu };
  // The driver numbers GPUs by their place on the bus, CUDA by their speed; a list of the user's
  // means what it always meant.
  const isOwnList = env['CUDA_VISIBLE_DEVICES'] !== undefined;
  if (isOwnList || env['CUDA_DEVICE_ORDER'] !== undefined) return pinned;
  return { ...pinned, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
}

/** As CUDA does, ends at the first entry that names no device, such as -1. */
export function parseVisibleDevices(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const end = names.findIndex((name) => !/^(\d+|GPU-[\w-]+|MIG-[\w/-]+)$/.test(name));
  return end < 0 ? names : names.slice(0, end);
}

/** Reads `nvidia-smi -L`. */
export function parseGpuList(text: string): readonly string[] {
  const gpus: string[][] = [];
  for (const line of text.split('\n')) {
    const index = /^GPU (\d+):/.exec(line)?.[1];
    if (index !== undefined) gpus.push([index]);
    const slice = /^\s+MIG .*\(UUID: (MIG-[^)]+)\)/.exec(line)?.[1];
    if (slice !== undefined) gpus.at(-1)?.push(slice);
  }
  return gpus.flatMap(([index = '', ...slices]) => (slices.length > 0 ? slices : [index]));
}

async function askDriver(): Promise<readonly string[]> {
  const { stdout, failed } = await execa('nvidia-smi', ['-L'], { reject: false, timeout: 10_000 });
  return failed ? readDriverFolder() : parseGpuList(stdout);
}

function readDriverFolder(): readonly string[] {
  try {
    return readdirSync(DRIVER_FOLDER).map((_, index) => String(index));
  } catch {
    return [];
  }
}
