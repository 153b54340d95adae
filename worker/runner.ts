import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoldwiseError } from '../shared/errors.ts';
import { threadEnvironment } from './engine/environment.ts';
import type { ChildMessage, ParentMessage } from './trainer/messages.ts';

export interface RunnerOptions {
  readonly assignment: Exclude<ParentMessage, { type: 'stop' }>;
  readonly onMessage: (message: ChildMessage) => void;
  /** Aborting kills the child at once: what it made so far is worth nothing without its end. */
  readonly signal: AbortSignal;
  /** Where the child's output goes, line by line. */
  readonly onOutput: (line: string) => void;
  /** Another program that speaks the same messages. */
  readonly program?: string;
}

const TRAINER = fileURLToPath(new URL('./trainer/main.ts', import.meta.url));
/** How much of the child's last words an error repeats. */
const LAST_WORDS = 2_000;

/**
 * Runs one assignment in a process of its own: TensorFlow gives memory back only when its process
 * ends, and its work would hold up the heartbeats.
 * @returns when the child has sent its last message and is gone.
 * @throws FoldwiseError where it died before that; the signal's reason where it was aborted.
 */
export async function runTrainer(options: RunnerOptions): Promise<void> {
  const { assignment, signal, program = TRAINER } = options;
  signal.throwIfAborted();
  const child = fork(program, {
    execArgv: ['--import', import.meta.resolve('tsx')],
    env: { ...process.env, ...threadEnvironment(assignment.assignment.threads) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  try {
    await untilGone(child, options);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}

async function untilGone(child: ChildProcess, options: RunnerOptions): Promise<void> {
  let isComplete = false;
  let lastWords = '';
  const hear = (data: Buffer): void => {
    const text = data.toString();
    lastWords = (lastWords + text).slice(-LAST_WORDS);
    for (const line of text.split('\n')) if (line.trim()) options.onOutput(line);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  child.on('message', (message: ChildMessage) => {
    isComplete ||= !['started', 'epoch', 'warning'].includes(message.type);
    options.onMessage(message);
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  child.send(options.assignment satisfies ParentMessage, () => undefined);
  const how = await ended;
  options.signal.throwIfAborted();
  if (isComplete) return;
  const hint = how === 'SIGKILL' ? ' (killed from outside; out of memory?)' : '';
  throw new FoldwiseError(`the training process died: ${how}${hint} ${lastWords.trim()}`.trim());
}
