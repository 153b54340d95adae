import { fileURLToPath } from 'node:url';
import { Child, type RunnerOptions } from './child.ts';

const TRAINER = fileURLToPath(new URL('./trainer/main.ts', import.meta.url));
/** A process that waits for its next assignment holds memory that others may need. */
const KEPT_MS = 10_000;
/** A step, the first of a network above all, may take minutes, but not this long. */
const SILENCE_MS = 15 * 60_000;

/**
 * Runs assignments in a process of its own, one after the other: the work would hold up the
 * heartbeats, and may die. The process is kept for the next assignment while all goes well, which
 * saves a second or two each time; what went wrong takes its process with it.
 */
export class Trainer {
  readonly #program: string;
  readonly #silenceMs: number;
  #kept: { readonly child: Child; readonly threads: number } | null = null;
  #releasing: NodeJS.Timeout | undefined;

  /**
   * @param program - another one that speaks the same messages
   * @param silenceMs - after which a process that has told nothing is taken to hang
   */
  constructor(program: string = TRAINER, silenceMs: number = SILENCE_MS) {
    this.#program = program;
    this.#silenceMs = silenceMs;
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
    return new Child(this.#program, threads, this.#silenceMs);
  }
}
