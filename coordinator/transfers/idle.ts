import { status } from '@grpc/grpc-js';
import { CallError } from './call-error.ts';

/** Does something after a time, unless it is taken back; tests have their own. */
export type After = (ms: number, act: () => void) => () => void;

export const afterTimeout: After = (ms, act) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};

/** How long a peer may leave a stream as it is. */
export interface Idleness {
  readonly idleMs: number;
  readonly after: After;
}

/** Waits for a peer, but not for ever: `onIdle` has to end the waiting. */
export async function notForEver<T>(
  wait: Promise<T>,
  { idleMs, after }: Idleness,
  onIdle: (error: CallError) => void,
): Promise<T> {
  const message = `nothing moved for ${Math.round(idleMs / 1000)} s`;
  const cancel = after(idleMs, () => onIdle(new CallError(status.DEADLINE_EXCEEDED, message)));
  try {
    return await wait;
  } finally {
    cancel();
  }
}
