import { status, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import type { RunId } from '../shared/domain.ts';
import { asError, FoldwiseError, ProtocolError } from '../shared/errors.ts';
import type {
  CoordinatorClient,
  CoordinatorMessage,
  WorkerMessageInput,
} from '../shared/wire/contract.ts';
import type { Verdict } from '../shared/wire/enums.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import {
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  type CoordinatorSaid,
  type Heartbeat,
  type Hello,
  type WorkerSaid,
} from '../shared/wire/session.ts';
import { Heartbeats } from './heartbeat.ts';

type Stream = ClientDuplexStream<WorkerMessageInput, CoordinatorMessage>;
export type Welcome = Extract<CoordinatorSaid, { body: 'welcome' }>;
/** What a coordinator says of itself, not in answer to a heartbeat. */
export type Instruction = Exclude<CoordinatorSaid, { body: 'renewal' }>;

/** The session broke before the run was done; another may be tried. */
export class SessionLost extends Error {
  override readonly name = 'SessionLost';
}

/** The coordinator will not have this worker: another version, or not who it should be. */
export class Refused extends FoldwiseError {
  override readonly name = 'Refused';
  override readonly exitCode = 2;
}

export interface Session {
  readonly send: (said: WorkerSaid) => void;
  /** Says that nothing more will come, and lets the coordinator end the session. */
  readonly leave: () => void;
}

export interface Renewal {
  readonly number: number;
  readonly verdict: Verdict;
  /** The attempt that the heartbeat named, which the verdict is about. */
  readonly attempt: AttemptId | null;
}

/** Who speaks for the worker in a session; what it throws ends the session. */
export interface SessionOwner {
  /** What the next heartbeat tells. */
  readonly pulse: (number: number) => Omit<Heartbeat, 'number'>;
  readonly receive: (said: Instruction, session: Session) => void;
  readonly renewed: (renewal: Renewal) => void;
}

export interface SessionOptions {
  readonly client: CoordinatorClient;
  readonly hello: Hello;
  readonly signal: AbortSignal;
  readonly owner: SessionOwner;
}

/** A coordinator that takes the call answers the greeting within this time. */
const WELCOME_MS = 10_000;

/**
 * Holds one session with the coordinator until it ends.
 * @returns once the coordinator has said that the run is done, or has let the worker leave.
 * @throws SessionLost where the connection broke or went silent; Refused where the coordinator
 * will not have this worker; ProtocolError for a message outside the contract; the signal's reason
 * where it was aborted.
 */
export async function holdSession(options: SessionOptions): Promise<void> {
  const { client, hello, signal } = options;
  signal.throwIfAborted();
  const stream = client.session();
  const stop = (): void => stream.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const talk = new Talk(stream, options);
    talk.send({ body: 'hello', hello });
    await talk.ended;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stream.end();
  }
}

class Talk implements Session {
  readonly ended: Promise<void>;
  readonly #stream: Stream;
  readonly #owner: SessionOwner;
  #settle: (error: Error | null) => void = () => undefined;
  #run: RunId | null = null;
  #heart: Heartbeats | null = null;
  #isOpen = true;
  #isLeaving = false;

  constructor(stream: Stream, { owner }: SessionOptions) {
    this.#stream = stream;
    this.#owner = owner;
    this.ended = this.#untilEnd();
    stream.on('data', (message: CoordinatorMessage) => {
      try {
        if (this.#isOpen) this.#receive(decodeCoordinatorMessage(message, this.#run));
      } catch (thrown) {
        this.#break(asError(thrown));
      }
    });
    stream.on('error', (error: ServiceError) => this.#settle(lossOf(error)));
    stream.on('end', () => {
      const lost = new SessionLost('the coordinator ended the session');
      this.#settle(this.#isLeaving ? null : lost);
    });
  }

  readonly send = (said: WorkerSaid): void => {
    if (this.#isOpen && !this.#isLeaving) this.#stream.write(encodeWorkerMessage(said));
  };

  readonly leave = (): void => {
    if (!this.#isOpen || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#heart?.stop();
    this.#stream.end();
  };

  #untilEnd(): Promise<void> {
    return new Promise((resolve, reject) => {
      const greeting = setTimeout(() => {
        this.#break(new SessionLost(`no welcome within ${WELCOME_MS / 1000} s`));
      }, WELCOME_MS);
      this.#settle = (error) => {
        this.#isOpen = false;
        clearTimeout(greeting);
        this.#heart?.stop();
        if (error === null) resolve();
        else reject(error);
      };
      this.#stream.once('data', () => clearTimeout(greeting));
    });
  }

  #break(error: Error): void {
    this.#settle(error);
    this.#stream.cancel();
  }

  #receive(said: CoordinatorSaid): void {
    if (said.body === 'renewal') {
      const { number, verdict } = said;
      const attempt = this.#heart?.answered(number) ?? null;
      return this.#owner.renewed({ number, verdict, attempt });
    }
    if (said.body === 'welcome') this.#run = said.run;
    this.#owner.receive(said, this);
    if (said.body === 'welcome') this.#beginBeating(said);
    if (said.body === 'done') this.#settle(null);
  }

  #beginBeating({ heartbeatMs, leaseMs }: Welcome): void {
    this.#heart?.stop();
    this.#heart = new Heartbeats({
      heartbeatMs,
      leaseMs,
      send: (number) => {
        const pulse = this.#owner.pulse(number);
        this.send({ body: 'heartbeat', heartbeat: { number, ...pulse } });
        return pulse.attempt ?? null;
      },
      onSilence: (silenceMs) => {
        const seconds = Math.round(silenceMs / 100) / 10;
        this.#break(new SessionLost(`the coordinator has not answered for ${seconds} s`));
      },
    });
    if (!this.#isLeaving) this.#heart.start();
  }
}

/** Statuses by which the coordinator refuses what we are. */
const REFUSALS: readonly status[] = [
  status.FAILED_PRECONDITION,
  status.UNAUTHENTICATED,
  status.PERMISSION_DENIED,
];

/** As grpc-js words it: the next session would bring the same message. */
const TOO_LARGE = /message larger than max/;

function lossOf(error: ServiceError): Error {
  const message = error.details || error.message;
  if (REFUSALS.includes(error.code)) return new Refused(message, { cause: error });
  const isTooLarge = error.code === status.RESOURCE_EXHAUSTED && TOO_LARGE.test(message);
  if (error.code === status.INVALID_ARGUMENT || isTooLarge) {
    return new ProtocolError(message, { cause: error });
  }
  return new SessionLost(message, { cause: error });
}
