import type { Logger } from 'pino';
import { Unmatched } from './until-ready.ts';
import type { SessionLost } from './session.ts';

const REPEAT_MS = 60_000;

interface LossesOptions {
  readonly log: Pick<Logger, 'warn'>;
  readonly onState: (line: string) => void;
  /** Of a clock that only goes on. */
  readonly nowMs?: () => number;
}

/**
 * Tells that there is no session. What no waiting mends is a warning, told at once, but the same
 * only once a minute: a coordinator may be restarted with what is missing, so the tries go on.
 */
export class Losses {
  readonly #options: LossesOptions;
  readonly #toldMs = new Map<string, number>();

  constructor(options: LossesOptions) {
    this.#options = options;
  }

  tell(error: SessionLost): void {
    const { log, onState, nowMs = () => performance.now() } = this.#options;
    const line = `${error.message}; trying again`;
    if (!(error instanceof Unmatched)) return onState(line);
    const last = this.#toldMs.get(line);
    if (last !== undefined && nowMs() - last < REPEAT_MS) return;
    this.#toldMs.set(line, nowMs());
    log.warn(line);
  }

  /** The next warning is news again. */
  connected(): void {
    this.#toldMs.clear();
  }
}
