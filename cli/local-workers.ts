import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { asError, FoldwiseError } from '../shared/errors.ts';
import { plainLine } from '../shared/plain.ts';
import { pinToGpu } from './devices.ts';

export interface LocalWorkersOptions {
  readonly count: number;
  /** HOST:PORT */
  readonly coordinator: string;
  /** A folder with the data, which need not be sent then. */
  readonly data?: string | undefined;
  /** As CUDA_VISIBLE_DEVICES names them; worker n gets GPU n modulo their number. */
  readonly gpus: readonly string[];
  /** Where the output of worker n goes, as worker-n.log. */
  readonly logDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A worker process is no more. */
  readonly onGone: (pid: number) => void;
  /** A worker ended and was started again. */
  readonly onRestart: (message: string) => void;
  /** Workers die again and again without getting anywhere; none is started any more. */
  readonly onGiveUp: (error: Error) => void;
  /** The program they run; another one in tests. */
  readonly program?: string;
}

export interface LocalWorkers {
  /** Says that the run got somewhere: what died before counts no longer. */
  readonly noteProgress: () => void;
  /** Says that the run has ended: workers that end from now on are not started again. */
  readonly noteEnd: () => void;
  /** Ends all workers; resolves when none is left. */
  readonly stop: () => Promise<void>;
}

/** Set for the workers started here, which learn by it what a closed channel no longer tells. */
const HELPER = 'FOLDWISE_HELPER';
const FOLDWISE = fileURLToPath(new URL('./foldwise.js', import.meta.url));
/** How a worker ends that may not take part, and would not the next time. */
const MISUSE = 'exit code 2';
const MOST_DEATHS = 5;
const KILL_AFTER_MS = 3000;
const LAST_WORDS = 1000;

/** Whether this process was started here, as a helper; what it starts itself is none. */
export function takeHelperMark(env: Record<string, string | undefined>): boolean {
  const isHelper = env[HELPER] !== undefined;
  delete env[HELPER];
  return isHelper;
}

/**
 * Starts workers as child processes and starts again those that die before they are stopped.
 * They end by themselves when this process disappears, because their channel to it closes.
 */
export function startLocalWorkers(options: LocalWorkersOptions): LocalWorkers {
  const { count, onRestart, onGiveUp } = options;
  const running = new Map<number, ChildProcess>();
  let deaths = 0;
  let isStopping = false;

  const launch = (index: number): void => {
    const { child, fromBytes } = startWorker(index, options);
    running.set(index, child);
    onceGone(child, (how) => {
      running.delete(index);
      // A worker that was told that the run is done ends with 0.
      if (isStopping || how === 'exit code 0') return;
      deaths += 1;
      if (how !== MISUSE && deaths < MOST_DEATHS) {
        onRestart(`worker process ${index} ended (${how}); starting it again`);
        launch(index);
        return;
      }
      isStopping = true;
      onGiveUp(explain({ index, how, deaths, fromBytes }, options));
    });
  };
  const killAll = (): void => running.forEach((child) => child.kill('SIGKILL'));
  process.on('exit', killAll);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    isStopping = true;
    await Promise.all([...running.values()].map(endWorker));
    process.off('exit', killAll);
  };
  for (let index = 0; index < count; index += 1) launch(index);

  return {
    noteProgress: () => {
      deaths = 0;
    },
    noteEnd: () => {
      isStopping = true;
    },
    // Once: a second SIGTERM would end a worker before it has cleared up.
    stop: () => (stopped ??= stop()),
  };
}

interface Started {
  readonly child: ChildProcess;
  /** Where what it says begins in its log. */
  readonly fromBytes: number;
}

function startWorker(index: number, options: LocalWorkersOptions): Started {
  const { coordinator, data, gpus, env, program = FOLDWISE } = options;
  mkdirSync(options.logDir, { recursive: true });
  const log = openSync(logFile(index, options), 'a');
  try {
    const fromBytes = fstatSync(log).size;
    const child = fork(
      program,
      ['worker', '--coordinator', coordinator, ...(data === undefined ? [] : ['--data', data])],
      {
        // No debugger port or loader of this process: the program brings its own.
        execArgv: [],
        env: { ...env, ...pinToGpu(gpus[index % gpus.length], env), [HELPER]: '1' },
        stdio: ['ignore', log, log, 'ipc'],
      },
    );
    const { pid } = child;
    if (pid !== undefined) child.once('exit', () => options.onGone(pid));
    return { child, fromBytes };
  } finally {
    closeSync(log);
  }
}

/** Calls back once, with the exit code or the signal, or why it could not be started. */
function onceGone(child: ChildProcess, callback: (how: string) => void): void {
  child.once('error', (error) => {
    if (child.pid === undefined) callback(error.message);
  });
  child.once('exit', (code, signal) => callback(signal ?? `exit code ${code}`));
}

async function endWorker(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const killer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(killer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

interface Death {
  readonly index: number;
  readonly how: string;
  readonly deaths: number;
  readonly fromBytes: number;
}

function explain(death: Death, options: LocalWorkersOptions): FoldwiseError {
  const { index, how, deaths, fromBytes } = death;
  const file = logFile(index, options);
  const words = lastWords(file, fromBytes);
  if (how === MISUSE) {
    const refusal = plainLine(words.replace(/^.*^error: /ms, ''));
    return new FoldwiseError(`a worker here cannot take part: ${refusal} (log: ${file})`);
  }
  return new FoldwiseError(
    `workers ended ${deaths} times without getting anywhere, the last one with ${how}. ` +
      `Its last words, from ${file}:\n${words}`,
  );
}

const logFile = (index: number, { logDir }: LocalWorkersOptions): string =>
  path.join(logDir, `worker-${index}.log`);

function lastWords(file: string, fromBytes: number): string {
  try {
    return readFileSync(file).subarray(fromBytes).toString().slice(-LAST_WORDS).trim() || '(none)';
  } catch (error) {
    return `(${asError(error).message})`;
  }
}
