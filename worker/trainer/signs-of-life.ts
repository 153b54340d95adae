const EVERY_MS = 10_000;

/**
 * Tells the parent now and then that the work goes on, where nothing else is told: a process that
 * hangs in the middle of a step, as with a GPU that has failed, tells nothing.
 */
export class SignsOfLife {
  readonly #send: () => Promise<void>;
  readonly #everyMs: number;
  #toldMs = performance.now();

  constructor(send: () => Promise<void>, everyMs: number = EVERY_MS) {
    this.#send = send;
    this.#everyMs = everyMs;
  }

  /** A step has ended. */
  async noteStep(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < this.#everyMs) return;
    this.#toldMs = nowMs;
    await this.#send();
  }

  /** Waits for another process, which may take its time. */
  async during<T>(wait: Promise<T>): Promise<T> {
    // Nobody listens any more where it fails, which is noticed elsewhere.
    const timer = setInterval(() => void this.#send().catch(() => undefined), this.#everyMs);
    try {
      return await wait;
    } finally {
      clearInterval(timer);
    }
  }
}
