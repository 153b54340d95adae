import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { FoldwiseError, UsageError } from '../shared/errors.ts';
import { kernelFeatures } from '../worker/trainer/environment.ts';
import type { Results } from './results.ts';

/** One minute's mean of processes that run or wait, beyond which others disturb. */
const QUIET_LOAD = 0.5;

export function describeMachine(pinnedTo: readonly number[]): Results['machine'] {
  return {
    processor: cpus()[0]?.model.trim() ?? process.arch,
    processorFeatures: kernelFeatures(textOf('/proc/cpuinfo')),
    cores: cpus().length,
    pinnedTo: [...pinnedTo],
    memoryBytes: totalmem(),
    system: `${process.platform} ${process.arch} ${release()}`,
    loadAverage: loadavg()[0] ?? 0,
  };
}

export const isQuiet = ({ loadAverage }: Results['machine']): boolean => loadAverage <= QUIET_LOAD;

/**
 * The processors to pin to: those asked for, or the first two physical cores that this process may
 * use. On a GPU: all.
 *
 * @throws UsageError for one that this process may not use
 */
export function chooseCores(asked: readonly number[] | undefined, gpu: boolean): number[] {
  const allowed = parseCpuList(/^Cpus_allowed_list:\s*(.*)$/m.exec(ownStatus())?.[1] ?? '');
  const stray = asked?.find((core) => !allowed.includes(core));
  if (stray !== undefined) {
    throw new UsageError(`--cores: ${stray} is none of the processors here: ${allowed.join()}`);
  }
  if (asked) return [...asked];
  if (gpu) return allowed;
  const physical = allowed.filter((core) => firstSibling(core, allowed) === core);
  return physical.slice(0, 2);
}

/** "0-2,5" → 0, 1, 2, 5. */
export function parseCpuList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

/** The most memory that a process has held, in bytes: VmHWM of Linux's /proc/PID/status. */
export function peakMemoryBytes(status: string): number | undefined {
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** In which Linux counts the time of processes. */
const TICKS_PER_SECOND = 100;

/** The processor time that a process has had, all its threads together, by /proc/PID/stat. */
export function processorSeconds(stat: string): number | undefined {
  // The name of the program may hold anything, brackets too.
  const [, ...fields] = stat.slice(stat.lastIndexOf(')') + 1).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return fields.length > 12 ? (user + system) / TICKS_PER_SECOND : undefined;
}

/** Of the hardware threads of a core, the first that may be used. */
function firstSibling(core: number, allowed: readonly number[]): number {
  const file = `/sys/devices/system/cpu/cpu${core}/topology/thread_siblings_list`;
  const siblings = parseCpuList(textOf(file));
  return siblings.find((sibling) => allowed.includes(sibling)) ?? core;
}

function ownStatus(): string {
  const status = textOf('/proc/self/status');
  if (status !== '') return status;
  throw new FoldwiseError('The benchmark pins processes and reads their memory: it needs Linux.');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
