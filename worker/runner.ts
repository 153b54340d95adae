import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FoldwiseError } from '../shared/errors.ts';
import { childProgram } from '../shared/program/child-program.ts';
import { withoutSecrets } from '../shared/security/environment.ts';
import { threadEnvironment } from './engine/environment.ts';
import { countOomKills } from './oom-kills.ts';
import { describeLackOfMemory, isOutOfMemory } from './trainer/failure.ts';
import type { Assigned, ChildMessage, ParentMessage } from './trainer/messages.ts';

export interface RunnerOptions {
  readonly assignment: Assigned;
  /** May answer the child, as long as the assignment is under way. */
  readonly onMessage: (message: ChildMessage, answer: (message: ParentMessage) => void) => void;
  /** Aborting kills the child at once: what it made so far is worth nothing without its end. */
  readonly signal: AbortSignal;
  /** Aborting asks a child that trains for a state, with which it ends. */
  readonly drain?: AbortSignal;
  /** Where the child's output goes, line by line. */
  readonly onOutput: (line: string) => void;
}

const TRAINER = fileURLToPath(new URL('./trainer/main.ts', import.meta.url));
/** The training process needed more memory than there is. */
export class OutOfMemory extends FoldwiseError {
  override readonly name = 'OutOfMemory';
}

/** How much of the child's last words an error repeats. */
const LAST_WORDS = 2_000;
/** A process that waits for its next assignment holds memory that others may need. */
const KEPT_MS = 10_000;
/** One that has said its last or was told to end, and does not, is stopped or stuck. */
const ENDING_MS = 5_000;
/** Before anything else is loaded, which takes a second in which Node's defaults would hold. */
const DEAF = new URL('./trainer/leave-signals.js', import.meta.url).href;

/**
 * Runs assignments in a process of its own, one after the other: the work would hold up the
 * heartbeats, and may die. The process is kept for the next assignment while all goes well, which
 * saves a second or two each time; what went wrong takes its process with it.
 */
export class Trainer {
  readonly #program: string;
  #kept: { readonly child: Child; readonly threads: number } | null = null;
  #releasing: NodeJS.Timeout | undefined;

  /** @param program - another one that speaks the same messages */
  constructor(program: string = TRAINER) {
    this.#program = program;
  }

  /**
   * @returns when the child has sent its last message of the assignment.
   * @throws FoldwiseError where it died before that, OutOfMemory where that was why; the signal's reason where it was aborted.
   */
  async run(options: RunnerOptions): Promise<void> {
    options.signal.throwIfAborted();
    clearTimeout(this.#releasing);
    const { threads } = options.assignment.assignment;
    const child = await this.#childWith(threads);
    this.#kept = null;
    if (!(await child.carryOut(options))) return;
    this.#kept = { child, threads };
    this.#releasing = setTimeout(() => void this.close(), KEPT_MS).unref();
  }

  /** Ends the process that waits, if there is one. */
  async close(): Promise<void> {
    clearTimeout(this.#releasing);
    const kept = this.#kept;
    this.#kept = null;
    await kept?.child.end();
  }

  /** TensorFlow takes its number of threads as it loads. */
  async #childWith(threads: number): Promise<Child> {
    const kept = this.#kept;
    if (kept !== null && kept.threads === threads && kept.child.isAlive()) return kept.child;
    await this.close();
    return new Child(this.#program, threads);
  }
}

class Child {
  readonly #process: ChildProcess;
  /** How it ended: the signal or the exit code. */
  readonly #gone: Promise<string>;
  #isGone = false;

  constructor(program: string, threads: number) {
    const { file, loader } = childProgram(program);
    this.#process = fork(file, {
      execArgv: ['--import', DEAF, ...loader],
      env: { ...withoutSecrets(process.env), ...threadEnvironment(threads) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#gone = new Promise<string>((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    }).finally(() => {
      this.#isGone = true;
    });
    this.#gone.catch(() => undefined);
  }

  isAlive(): boolean {
    return !this.#isGone && this.#process.connected;
  }

  /** @returns whether the child can go on with another assignment; if not, it is gone. */
  async carryOut(options: RunnerOptions): Promise<boolean> {
    const { signal } = options;
    const kill = (): void => void this.#process.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    // While an earlier process was being ended, say.
    if (signal.aborted) kill();
    const listening = new AbortController();
    const oomKills = countOomKills();
    try {
      const words = this.#listen(options, listening.signal);
      const last = this.#lastMessage(options, listening.signal);
      this.#send(options.assignment);
      this.#drainOn(options, listening.signal);
      const how = await Promise.race([last, this.#gone]);
      if (how === 'succeeded' && !signal.aborted) return true;
      const end = await this.#endsSoon();
      signal.throwIfAborted();
      if (how === 'failed') return false;
      throw deathOf(end, { words: words(), isByKernel: countOomKills() > oomKills });
    } finally {
      signal.removeEventListener('abort', kill);
      listening.abort();
    }
  }

  async end(): Promise<void> {
    if (this.isAlive()) this.#send({ type: 'stop' });
    await this.#endsSoon().catch(() => undefined);
  }

  /** How it ended, by force if need be. */
  async #endsSoon(): Promise<string> {
    const force = setTimeout(() => this.#process.kill('SIGKILL'), ENDING_MS);
    try {
      return await this.#gone;
    } finally {
      clearTimeout(force);
    }
  }

  /** To one that is gone, nothing can be said, which is noticed elsewhere. */
  #send(message: ParentMessage): void {
    this.#process.send(message, () => undefined);
  }

  #drainOn({ drain }: RunnerOptions, until: AbortSignal): void {
    const ask = (): void => this.#send({ type: 'drain' });
    if (drain?.aborted) ask();
    else drain?.addEventListener('abort', ask, { once: true, signal: until });
  }

  /** @returns what it said last, when asked */
  #listen({ onOutput }: RunnerOptions, until: AbortSignal): () => string {
    let lastWords = '';
    const hear = (data: Buffer): void => {
      const text = data.toString();
      lastWords = (lastWords + text).slice(-LAST_WORDS);
      for (const line of text.split('\n')) if (line.trim()) onOutput(line);
    };
    const { stdout, stderr } = this.#process;
    for (const stream of [stdout, stderr]) {
      stream?.on('data', hear);
      until.addEventListener('abort', () => stream?.off('data', hear), { once: true });
    }
    return () => lastWords.trim();
  }

  #lastMessage({ onMessage }: RunnerOptions, until: AbortSignal): Promise<'succeeded' | 'failed'> {
    const answer = (message: ParentMessage): void => {
      if (!until.aborted) this.#send(message);
    };
    return new Promise((resolve) => {
      const receive = (message: ChildMessage): void => {
        onMessage(message, answer);
        if (message.type === 'failed') resolve('failed');
        else if (!ON_ITS_WAY.has(message.type)) resolve('succeeded');
      };
      this.#process.on('message', receive);
      until.addEventListener('abort', () => this.#process.off('message', receive), { once: true });
    });
  }
}

const ON_ITS_WAY: ReadonlySet<ChildMessage['type']> = new Set([
  'started',
  'epoch',
  'warning',
  'state',
]);

interface Traces {
  readonly words: string;
  /** The kernel has killed something for want of memory meanwhile. */
  readonly isByKernel: boolean;
}

/** Why a child that was not killed by us is gone. */
function deathOf(end: string, { words, isByKernel }: Traces): FoldwiseError {
  if (end === 'SIGKILL' && isByKernel) {
    return new OutOfMemory(describeLackOfMemory('the system killed the training process for it'));
  }
  if (end === 'SIGABRT' && isOutOfMemory(words)) {
    return new OutOfMemory(describeLackOfMemory(`the training process ended with ${words}`));
  }
  const hint = end === 'SIGKILL' ? ' (killed from outside)' : '';
  return new FoldwiseError(`the training process died: ${end}${hint} ${words}`.trim());
}
