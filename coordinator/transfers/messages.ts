import type { ServerReadableStream } from '@grpc/grpc-js';
import { notForEver, type Idleness } from './idle.ts';

/** What a peer sends in a call, message by message. */
export class Messages {
  readonly #call: ServerReadableStream<unknown, unknown>;
  readonly #idleness: Idleness;
  readonly #messages: AsyncIterator<unknown>;
  #failure: Error | null = null;
  #fail: (error: Error) => void = () => undefined;

  constructor(call: ServerReadableStream<unknown, unknown>, idleness: Idleness) {
    this.#call = call;
    this.#idleness = idleness;
    this.#messages = call[Symbol.asyncIterator]() as AsyncIterator<unknown>;
    // A cancelled call otherwise leaves its reader waiting for ever.
    call.on('cancelled', () => this.stop(new Error('the call was cancelled')));
  }

  /**
   * The next message; done where the peer said that there are no more.
   * @throws CallError where nothing comes for too long; what it was stopped with
   */
  async next(): Promise<IteratorResult<unknown, unknown>> {
    if (this.#failure !== null) throw this.#failure;
    // Not a race against one promise for all: that would hold every message until the end.
    const wait = new Promise<IteratorResult<unknown, unknown>>((resolve, reject) => {
      this.#fail = reject;
      this.#messages.next().then(resolve, reject);
    });
    return notForEver(wait, this.#idleness, (error) => this.stop(error));
  }

  /** Ends the waiting, now and later; what still comes is dropped. */
  stop(reason: Error): void {
    this.#failure ??= reason;
    this.#fail(this.#failure);
    this.#call.destroy();
  }
}
