import { untilEvent, workerOf } from './watching.ts';
import { childrenOf, type World } from './world.ts';

/**
 * Waits until another attempt at a fold trains, and holds its training there: its worker's other
 * process is well, and keeps the lease.
 *
 * @returns what lets it go on
 */
export async function holdSecondAttempt(world: World, fold: unknown): Promise<() => void> {
  const event = await untilEvent(world, ({ type, ...of }) => {
    return type === 'fold.epoch' && of['fold'] === fold && Number(of['attempt']) > 1;
  });
  const worker = world.workers[workerOf(world, event)];
  return stop(await childrenOf(worker?.().pid));
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
