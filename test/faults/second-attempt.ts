import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { untilEvent, workerOf } from './watching.ts';
import { childrenOf, type World } from './world.ts';

/**
 * Waits until another attempt at a fold begins, and holds its training there: its worker's other
 * process is well, and keeps the lease.
 *
 * @returns what lets it go on
 */
export async function holdSecondAttempt(world: World, fold: unknown): Promise<() => void> {
  const event = await untilEvent(world, ({ type, ...of }) => {
    return type === 'fold.started' && of['fold'] === fold && Number(of['attempt']) > 1;
  });
  const worker = world.workers[workerOf(world, event)];
  return stop(await trainingOf(worker?.().pid));
}

/** The training process of a worker, which is about to be started or there. */
export async function trainingOf(worker: number | undefined): Promise<number[]> {
  while (existsSync(`/proc/${worker}`)) {
    const found: number[] = [];
    for (const pid of await childrenOf(worker)) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (/\/trainer\.[jt]s\b/.test(command)) found.push(pid);
    }
    if (found.length > 0) return found;
    // Nothing tells of a process that appears.
    await delay(5);
  }
  throw new Error(`worker ${worker} ended before its training process began`);
}

/** SIGSTOP. @returns what has them go on */
export function stop(pids: readonly number[]): () => void {
  signal(pids, 'SIGSTOP');
  return () => signal(pids, 'SIGCONT');
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  }
}
