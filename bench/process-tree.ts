import { readdirSync, readFileSync } from 'node:fs';
import { peakMemoryBytes } from './machine.ts';

/** A process as Linux's /proc tells of it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly arguments: readonly string[];
  /** The most memory that it has held so far. */
  readonly peakBytes: number;
}

/** All processes that can be looked at. */
export function listProcesses(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => describe(Number(entry)));
}

function describe(pid: number): ProcessInfo[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const parent = Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]);
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return [{ pid, parent, arguments: commandLine, peakBytes: peakMemoryBytes(status) ?? 0 }];
  } catch {
    // Gone meanwhile.
    return [];
  }
}

/** Those that a process has started, and those that they have. Pure. */
export function descendantsOf(ancestor: number, processes: readonly ProcessInfo[]): ProcessInfo[] {
  const children = processes.filter(({ parent }) => parent === ancestor);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/** Notes what was seen; a process that is ending has no memory and no arguments any more. Pure. */
export function remember(
  seen: ReadonlyMap<number, ProcessInfo>,
  processes: readonly ProcessInfo[],
): ReadonlyMap<number, ProcessInfo> {
  const alive = processes.filter(({ peakBytes }) => peakBytes > 0);
  return new Map([...seen, ...alive.map((each) => [each.pid, each] as const)]);
}

/**
 * The most memory of a worker: its own process at its highest, and at its highest any that it has
 * started. Pure.
 *
 * @param seen - each process as last seen
 */
export function workerPeakBytes(seen: readonly ProcessInfo[]): number {
  const workers = seen.filter((each) => each.arguments.includes('worker'));
  const peaks = workers.map(({ pid, peakBytes }) => {
    const trainers = descendantsOf(pid, seen).map((trainer) => trainer.peakBytes);
    return peakBytes + Math.max(0, ...trainers);
  });
  return Math.max(0, ...peaks);
}
