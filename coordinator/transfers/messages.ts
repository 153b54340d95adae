import type { ServerReadableStream } from '@grpc/grpc-js';
import { notForEver, type Idleness } from './idle.ts';

/** What a peer sends in a call, which ends with an error where nothing comes for too long. */
export async function* messagesOf(
  call: ServerReadableStream<unknown, unknown>,
  idleness: Idleness,
): AsyncGenerator<unknown, void> {
  // A cancelled call otherwise leaves its reader waiting for ever.
  call.on('cancelled', () => call.destroy(new Error('the call was cancelled')));
  const messages = call[Symbol.asyncIterator]() as AsyncIterator<unknown>;
  try {
    for (;;) {
      const next = await notForEver(messages.next(), idleness, (error) => call.destroy(error));
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await messages.return?.();
  }
}
