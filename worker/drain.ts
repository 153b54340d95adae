import { asError } from '../shared/errors.ts';
import type { Desk } from './desk.ts';

/** How a worker is asked to leave. */
export interface Drain {
  /** Aborted, with the reason. */
  readonly signal: AbortSignal;
  /** Within which the state of a training has to be saved. */
  readonly graceMs: number;
}

/** What giving back takes; a coordinator that is out of reach learns by the end of the lease. */
export const FAREWELL_MS = 2_000;

export interface Leaving {
  /** Aborted once the worker has waited long enough for the coordinator to let it go. */
  readonly signal: AbortSignal;
  /** The worker is gone. */
  readonly close: () => void;
}

/** Has a worker leave when it is asked to: in time, whether the coordinator is there or not. */
export function leaveOn(drain: Drain | undefined, desk: Desk): Leaving {
  const gone = new AbortController();
  if (drain === undefined) return { signal: gone.signal, close: () => undefined };
  const { signal, graceMs } = drain;
  let farewell: NodeJS.Timeout | undefined;
  const leave = async (): Promise<void> => {
    const deadlineMs = performance.now() + graceMs;
    const isKnown = desk.reattachment !== null;
    const isBusy = desk.reattachment?.attempt !== undefined;
    await desk.leave(asError(signal.reason).message, graceMs);
    const leftMs = isBusy ? deadlineMs - performance.now() : 0;
    const waitMs = isKnown ? Math.max(leftMs, FAREWELL_MS) : 0;
    farewell = setTimeout(() => gone.abort(new Error('left')), waitMs).unref();
  };
  const start = (): void => void leave();
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  return {
    signal: gone.signal,
    close: () => {
      signal.removeEventListener('abort', start);
      clearTimeout(farewell);
    },
  };
}
