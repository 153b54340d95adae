import { readFileSync } from 'node:fs';
import os from 'node:os';
import { type Host, waysOut, whyWheelsCannotRun } from '../../worker/engine/platform.ts';
import type { EngineState } from '../../worker/engine/selection.ts';
import type { Check } from './check.ts';

const SUPPORTED = 'Foldwise is tested on Node 20.19 and newer, 22.12 and newer, and 24';

export function checkNode(version: string = process.versions.node): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const name = 'node';
  const remedy = `${SUPPORTED}: install one of them.`;
  if (major < 20 || (major === 20 && minor < 19)) {
    return { name, status: 'error', detail: `${version}, too old`, remedy };
  }
  const isTested = major === 20 || (major === 22 && minor >= 12) || major === 24;
  if (!isTested) return { name, status: 'warning', detail: `${version}, not tested`, remedy };
  return { name, status: 'ok', detail: version };
}

export function checkPlatform(host: Host, engine: EngineState): Check {
  const library = host.glibc === undefined ? '' : `, glibc ${host.glibc}`;
  const detail = `${host.platform} ${host.arch}${library}`;
  const reason = whyWheelsCannotRun(host);
  if (reason === undefined) return { name: 'platform', status: 'ok', detail };
  if (engine.kind === 'ready' && engine.engine.variant === 'custom') {
    return { name: 'platform', status: 'ok', detail: `${detail}, with your own TensorFlow` };
  }
  return {
    name: 'platform',
    status: 'error',
    detail: `${detail}: no TensorFlow wheel runs here`,
    remedy: waysOut(host).join(', or '),
  };
}

/** Cores that this process may use, against what its container allows it. */
export function checkThreads(
  cores: number = os.availableParallelism(),
  limit: number | undefined = readCpuLimit(),
): Check {
  const plural = cores === 1 ? 'core' : 'cores';
  const detail = `${cores} ${plural}, divided among the workers of a machine`;
  if (limit === undefined || limit >= cores) return { name: 'threads', status: 'ok', detail };
  const threads = Math.max(1, Math.floor(limit));
  return {
    name: 'threads',
    status: 'warning',
    detail: `${cores} ${plural}, of which this container may use ${limit}`,
    remedy: `Choose --workers and --threads so that their product is ${threads}.`,
  };
}

/** The limit of this control group (v2), in cores; undefined without one. */
function readCpuLimit(file = '/sys/fs/cgroup/cpu.max'): number | undefined {
  try {
    const [quota, period] = readFileSync(file, 'utf8').trim().split(' ').map(Number);
    return quota && period ? Math.round((quota / period) * 100) / 100 : undefined;
  } catch {
    return undefined;
  }
}
