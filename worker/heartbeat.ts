import type { AttemptId } from '../shared/wire/results.ts';

export interface HeartbeatOptions {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  /** Sends the heartbeat of that number. @returns the attempt that it names */
  readonly send: (number: number) => AttemptId | null;
  /** The oldest unanswered heartbeat has waited for a third of the lease. */
  readonly onSilence: (silenceMs: number) => void;
}

interface Sent {
  readonly sentMs: number;
  readonly attempt: AttemptId | null;
}

/**
 * The heartbeats of one session, and the watch for their answers. By the monotonic clock: a
 * process that was paused finds that it has waited too long.
 */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  readonly #silenceMs: number;
  readonly #waiting = new Map<number, Sent>();
  #count = 0;
  #beating: NodeJS.Timeout | undefined;
  #watching: NodeJS.Timeout | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#silenceMs = options.leaseMs / 3;
  }

  /** Sends the first one at once. */
  start(): void {
    this.#beating = setInterval(() => this.#beat(), this.#options.heartbeatMs);
    this.#beat();
  }

  stop(): void {
    clearInterval(this.#beating);
    clearTimeout(this.#watching);
    this.#waiting.clear();
  }

  /** @returns the attempt that the answered heartbeat named; null for none */
  answered(number: number): AttemptId | null {
    const answered = this.#waiting.get(number);
    // What answers nothing puts nothing off.
    if (answered === undefined) return null;
    for (const sent of this.#waiting.keys()) if (sent <= number) this.#waiting.delete(sent);
    this.#watch();
    return answered.attempt;
  }

  #beat(): void {
    this.#count += 1;
    const attempt = this.#options.send(this.#count);
    this.#waiting.set(this.#count, { sentMs: performance.now(), attempt });
    if (this.#waiting.size === 1) this.#watch();
  }

  #watch(): void {
    clearTimeout(this.#watching);
    const [oldest] = this.#waiting.values();
    if (oldest === undefined) return;
    const leftMs = oldest.sentMs + this.#silenceMs - performance.now();
    this.#watching = setTimeout(() => this.#options.onSilence(this.#silenceMs), leftMs);
  }
}
