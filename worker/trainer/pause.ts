import { setImmediate } from 'node:timers/promises';

/**
 * Lets the event loop run: between two steps messages are read and the loss of the parent is
 * seen. Rejects to end the work.
 */
export type Pause = () => Promise<void>;

export const yieldToEventLoop: Pause = async () => {
  await setImmediate();
};
