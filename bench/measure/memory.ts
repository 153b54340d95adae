import {
  descendantsOf,
  listProcesses,
  type ProcessInfo,
  remember,
  workerPeakBytes,
} from '../process-tree.ts';
import { type Session, timeProgram } from '../session.ts';
import { trainProgram } from './train-program.ts';

const LOOK_EVERY_MS = 200;

/**
 * The most memory of a worker of `foldwise train` with all images: its own process and the one that
 * trains for it, each at its highest.
 */
export async function measureMemory(session: Session): Promise<void> {
  session.say('foldwise train, one epoch of two folds, to see the memory of a worker');
  const settings = { folds: 2, epochs: 1, workers: 1, threads: session.cores.length };
  let seen: ReadonlyMap<number, ProcessInfo> = new Map();
  const look = (): void => {
    seen = remember(seen, descendantsOf(process.pid, listProcesses()));
  };
  const looking = setInterval(look, LOOK_EVERY_MS);
  try {
    await timeProgram(session, trainProgram(session, 'memory', settings));
  } finally {
    clearInterval(looking);
  }
  const bytes = workerPeakBytes([...seen.values()]);
  session.say(`  ${(bytes / 1e9).toFixed(2)} GB`);
  session.measured.workerMemory = { ours: [bytes / 1e9] };
}
