import { readFileSync } from 'node:fs';

/**
 * How many processes the kernel has killed for want of memory: on this machine, and within the
 * limit of the control group that this process is in. Nothing tells a process that another was
 * killed for that, so that these counts, before and after, are the evidence. 0 where the system
 * keeps none.
 *
 * @param read - gives the text of a file, or throws
 */
export function countOomKills(read: (file: string) => string = readText): number {
  const ofMachine = countIn('/proc/vmstat', read);
  const group = /^0::(\/.*)$/m.exec(textOf('/proc/self/cgroup', read))?.[1] ?? '/';
  const folder = `/sys/fs/cgroup${group === '/' ? '' : group}`;
  return ofMachine + countIn(`${folder}/memory.events`, read);
}

const countIn = (file: string, read: (file: string) => string): number =>
  Number(/^oom_kill (\d+)$/m.exec(textOf(file, read))?.[1] ?? 0);

function textOf(file: string, read: (file: string) => string): string {
  try {
    return read(file);
  } catch {
    return '';
  }
}

const readText = (file: string): string => readFileSync(file, 'utf8');
