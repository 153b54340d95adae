import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { asError } from '../shared/errors.ts';
import type { CoordinatorClient } from '../shared/wire/contract.ts';
import type { Connection } from './connection.ts';
import { delayMs } from './patience.ts';

export interface Persistence {
  readonly connection: Pick<Connection, 'client'>;
  /** As long as it is worth going on. */
  readonly signal: AbortSignal;
  /** Is told of every interruption: in words, and how many there were before it in a row. */
  readonly onInterruption: (line: string, before: number) => void;
}

/** What passes when the coordinator, its disk or the network come back. */
const TRANSIENT: readonly unknown[] = [
  status.UNAVAILABLE,
  status.RESOURCE_EXHAUSTED,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
];
/** A broken connection is told like this too, but so is a fault of the coordinator's. */
const DOUBTFUL: readonly unknown[] = [status.INTERNAL, status.UNKNOWN];
const MOST_DOUBTFUL = 5;

/**
 * Does something with the coordinator, again and again where the way to it is lost or it has no
 * space, for as long as the signal is not aborted.
 *
 * @param what - for messages: "the upload of fold 3"
 * @throws what the work fails with otherwise; the signal's reason where it was aborted
 */
export async function persistently<T>(
  what: string,
  work: (client: CoordinatorClient) => Promise<T>,
  { connection, signal, onInterruption }: Persistence,
): Promise<T> {
  let doubtful = 0;
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    const { client } = connection;
    try {
      return await work(client);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asError(thrown);
      const code = statusOf(error);
      if (DOUBTFUL.includes(code)) doubtful += 1;
      const isReplaced = connection.client !== client;
      const isDoubtful = DOUBTFUL.includes(code) && doubtful < MOST_DOUBTFUL;
      if (!TRANSIENT.includes(code) && !isReplaced && !isDoubtful) throw error;
      onInterruption(`${what} was interrupted (${reasonOf(error)}) and goes on soon`, failures);
      await delay(delayMs(failures, Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** grpc-js has much to say of a connection that is not there. */
const reasonOf = (error: Error): string =>
  statusOf(error) === status.UNAVAILABLE ? 'no connection' : detailsOf(error);

/** The gRPC status of an error, where it has one. */
export const statusOf = (error: Error): status | undefined =>
  'code' in error && typeof error.code === 'number' ? error.code : undefined;

/** What the peer said, without the name of the status that grpc-js puts before it. */
export const detailsOf = (error: Error): string =>
  'details' in error && typeof error.details === 'string' && error.details !== ''
    ? error.details
    : error.message;
