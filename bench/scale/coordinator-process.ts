import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { FoldwiseError } from '../../shared/errors.ts';
import { peakMemoryBytes, processorSeconds } from '../machine.ts';
import { pinned } from '../side.ts';

const FOLDWISE = fileURLToPath(new URL('../../cli/foldwise.js', import.meta.url));
const LOOK_EVERY_MS = 100;
const LAST_LINES = 10;

/** What a process has taken of the machine. */
export interface Taken {
  /** The most memory that it has held. */
  readonly peakBytes: number;
  readonly processorSeconds: number;
}

/** A `foldwise coordinator` that listens. */
export interface CoordinatorProcess {
  /** HOST:PORT */
  readonly address: string;
  /** Resolves once it has ended as it should. @throws FoldwiseError where it did not */
  readonly ended: Promise<void>;
  /** What it has taken so far, as it was at most a tenth of a second ago. */
  readonly taken: () => Taken;
  /** Ends it at once, where it goes on. */
  readonly kill: () => void;
}

export interface CoordinatorSettings {
  readonly args: readonly string[];
  readonly cores: readonly number[];
  readonly signal: AbortSignal;
}

/** Starts a coordinator as a user does, and waits until workers can come. */
export async function startCoordinator(settings: CoordinatorSettings): Promise<CoordinatorProcess> {
  const { args, cores, signal } = settings;
  const command = pinned(cores, process.execPath, [FOLDWISE, 'coordinator', ...args]);
  const child = spawn(command.file, command.args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  process.once('exit', kill);
  const lines: string[] = [];
  let taken: Taken = { peakBytes: 0, processorSeconds: 0 };
  const looking = setInterval(() => {
    taken = takenBy(child.pid) ?? taken;
  }, LOOK_EVERY_MS);
  const ended = once(child, 'close').then((close: unknown[]) => {
    const [code, killedBy] = close as [number | null, string | null];
    clearInterval(looking);
    signal.removeEventListener('abort', kill);
    process.off('exit', kill);
    signal.throwIfAborted();
    if (code === 0) return;
    const how = killedBy ?? `exit code ${code}`;
    throw new FoldwiseError(`the coordinator ended (${how}): ${lines.join('\n')}`);
  });
  const address = new Promise<string>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      const [, found] = /--coordinator (\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
      lines.splice(0, lines.length - LAST_LINES + 1);
      lines.push(line);
    });
  });
  const early = ended.then(() => {
    throw new FoldwiseError('the coordinator ended before anybody could come');
  });
  return { address: await Promise.race([address, early]), ended, taken: () => taken, kill };
}

function takenBy(pid: number | undefined): Taken | undefined {
  const of = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'utf8');
  try {
    const peakBytes = peakMemoryBytes(of('status'));
    const seconds = processorSeconds(of('stat'));
    if (peakBytes === undefined || seconds === undefined) return undefined;
    return { peakBytes, processorSeconds: seconds };
  } catch {
    // Gone meanwhile.
    return undefined;
  }
}
