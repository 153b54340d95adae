import { status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import type { RunId } from '../shared/domain.ts';
import { asError, ProtocolError } from '../shared/errors.ts';
import type {
  CoordinatorClient,
  CoordinatorMessage,
  WorkerMessageInput,
} from '../shared/wire/contract.ts';
import {
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  type CoordinatorSaid,
  type Hello,
  type WorkerSaid,
} from '../shared/wire/session.ts';

type Stream = ClientDuplexStream<WorkerMessageInput, CoordinatorMessage>;

/** The session broke before the run was done; another may be tried. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

export interface Session {
  readonly send: (said: WorkerSaid) => void;
}

export interface SessionOptions {
  readonly client: CoordinatorClient;
  readonly hello: Hello;
  readonly signal: AbortSignal;
  /** Called for each message after the greeting; what it throws ends the session. */
  readonly onMessage: (said: CoordinatorSaid, session: Session) => void;
}

/**
 * Holds one session with the coordinator until it ends.
 * @returns once the coordinator has said that the run is done.
 * @throws SessionLost where the connection broke; ProtocolError where either side refused the
 * other; the signal's reason where it was aborted.
 */
export async function holdSession(options: SessionOptions): Promise<void> {
  const { client, hello, signal } = options;
  const stream = client.session();
  const session: Session = { send: (said) => void stream.write(encodeWorkerMessage(said)) };
  const stop = (): void => stream.cancel();
  signal.addEventListener('abort', stop, { once: true });
  const ended = untilEnd(stream, session, options);
  session.send({ body: 'hello', hello });
  try {
    await ended;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.end();
  }
}

function untilEnd(stream: Stream, session: Session, options: SessionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let run: RunId | null = null;
    let isDone = false;
    let beating: NodeJS.Timeout | undefined;
    const settle = (error?: Error): void => {
      clearInterval(beating);
      if (options.signal.aborted) reject(asError(options.signal.reason));
      else if (isDone) resolve();
      else reject(error ?? new SessionLost('the coordinator ended the session'));
    };
    const receive = (message: CoordinatorMessage): void => {
      const said = decodeCoordinatorMessage(message, run);
      if (said.body === 'welcome') {
        run = said.run;
        beating ??= setInterval(() => session.send({ body: 'heartbeat' }), said.heartbeatMs);
      }
      options.onMessage(said, session);
      if (said.body !== 'done') return;
      isDone = true;
      settle();
    };
    stream.on('data', (message: CoordinatorMessage) => {
      try {
        receive(message);
      } catch (thrown) {
        settle(asError(thrown));
        stream.cancel();
      }
    });
    stream.on('error', (error: ServiceError) => settle(lossOf(error)));
    stream.on('end', () => settle());
  });
}

/** Statuses by which the coordinator refuses what we are or say; trying again would not help. */
const REFUSALS: readonly status[] = [status.FAILED_PRECONDITION, status.INVALID_ARGUMENT];

function lossOf(error: ServiceError): Error {
  const message = error.details || error.message;
  if (REFUSALS.includes(error.code)) return new ProtocolError(message, { cause: error });
  return new SessionLost(message, { cause: error });
}
