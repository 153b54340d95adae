import { fork, type ChildProcess } from 'node:child_process';
import { childProgram } from '../shared/program/child-program.ts';
import { withoutSecrets } from '../shared/security/environment.ts';
import { deathOf, hangingFor } from './child-death.ts';
import { threadEnvironment } from './engine/environment.ts';
import { countOomKills } from './oom-kills.ts';
import { Silence } from './silence.ts';
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

/** How much of the child's last words an error repeats. */
const LAST_WORDS = 2_000;
/** One that has said its last or was told to end, and does not, is stopped or stuck. */
const ENDING_MS = 5_000;
/** Before anything else is loaded, which takes a second in which Node's defaults would hold. */
const DEAF = new URL('./trainer/leave-signals.js', import.meta.url).href;

/** The process that trains for a worker, for one assignment after the other. */
export class Child {
  readonly #process: ChildProcess;
  /** How it ended: the signal or the exit code. */
  readonly #gone: Promise<string>;
  readonly #silenceMs: number;
  #isGone = false;

  constructor(program: string, threads: number, silenceMs: number) {
    this.#silenceMs = silenceMs;
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
    let isSilent = false;
    const silence = new Silence(
      () => {
        isSilent = true;
        kill();
      },
      { mostMs: this.#silenceMs },
    );
    const onMessage: RunnerOptions['onMessage'] = (message, answer) => {
      silence.heard();
      options.onMessage(message, answer);
    };
    try {
      const words = this.#listen(options, listening.signal);
      const last = this.#lastMessage({ onMessage }, listening.signal);
      this.#send(options.assignment);
      this.#drainOn(options, listening.signal);
      const how = await Promise.race([last, this.#gone]);
      if (how === 'succeeded' && !signal.aborted) return true;
      const end = await this.#endsSoon();
      signal.throwIfAborted();
      if (how === 'failed') return false;
      if (isSilent) throw hangingFor(this.#silenceMs);
      throw deathOf(end, { words: words(), isByKernel: countOomKills() > oomKills });
    } finally {
      signal.removeEventListener('abort', kill);
      silence.end();
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

  #lastMessage(
    { onMessage }: Pick<RunnerOptions, 'onMessage'>,
    until: AbortSignal,
  ): Promise<'succeeded' | 'failed'> {
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
  'alive',
  'epoch',
  'warning',
  'state',
]);
