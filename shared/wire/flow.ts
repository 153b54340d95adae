import { once } from 'node:events';
import type { Writable } from 'node:stream';

export interface Flow {
  /** Ends the writing; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Looks after each wait for the peer. */
  readonly whileWaiting?: (wait: Promise<unknown>) => Promise<unknown>;
}

/**
 * Writes messages no faster than the peer takes them.
 * @returns once the stream has taken all of them; it is still open.
 */
export async function writeAll<Message>(
  stream: Writable,
  messages: Iterable<Message> | AsyncIterable<Message>,
  { signal, whileWaiting = (wait) => wait }: Flow,
): Promise<void> {
  try {
    for await (const message of messages) {
      signal.throwIfAborted();
      if (!stream.write(message)) await whileWaiting(once(stream, 'drain', { signal }));
    }
  } catch (error) {
    // `once` throws an error of its own making.
    signal.throwIfAborted();
    throw error;
  }
}
