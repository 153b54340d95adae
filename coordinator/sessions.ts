import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { asWorkerId, type RunId, type WorkerId } from '../shared/domain.ts';
import { asError, ProtocolError } from '../shared/errors.ts';
import type { CoordinatorMessageInput, WorkerMessage } from '../shared/wire/contract.ts';
import {
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  PROTOCOL_VERSION,
  type CoordinatorSaid,
  type Hello,
  type WorkerSaid,
} from '../shared/wire/session.ts';

type Call = ServerDuplexStream<WorkerMessage, CoordinatorMessageInput>;
/** All that a worker says after its greeting. */
export type Report = Exclude<WorkerSaid, { body: 'hello' }>;

export interface SessionOwner {
  readonly run: RunId;
  readonly heartbeatMs: number;
  readonly log: Logger;
  readonly joined: (worker: WorkerId, hello: Hello) => void;
  readonly left: (worker: WorkerId, reason: string) => void;
  /** May reject with a ProtocolError, which ends the session. */
  readonly reported: (worker: WorkerId, report: Report) => Promise<void>;
}

/** A connection that does not say who it is is closed after this. */
const GREETING_MS = 10_000;

/** The open sessions of a run's workers: one bidirectional stream each. */
export class Sessions {
  readonly #owner: SessionOwner;
  readonly #calls = new Map<WorkerId, Call>();

  constructor(owner: SessionOwner) {
    this.#owner = owner;
  }

  /** Handles the Session call of one worker, from greeting to end. */
  readonly handle = (call: Call): void => {
    let worker: WorkerId | null = null;
    let turn = Promise.resolve();
    const silence = setTimeout(() => {
      refuse(call, new ProtocolError(`no greeting within ${GREETING_MS / 1000} s`));
    }, GREETING_MS);
    const leave = (reason: string): void => {
      clearTimeout(silence);
      if (worker !== null) this.#forget(worker, call, reason);
      worker = null;
    };
    const receive = async (message: WorkerMessage): Promise<void> => {
      const said = decodeWorkerMessage(message);
      clearTimeout(silence);
      if (worker === null) worker = this.#greet(call, said);
      else if (said.body === 'hello') throw new ProtocolError('a second greeting in one session');
      else await this.#owner.reported(worker, said);
    };
    call.on('data', (message: WorkerMessage) => {
      // One at a time, so that a result is judged before what follows it.
      turn = turn
        .then(() => receive(message))
        .catch((thrown: unknown) => {
          const error = asError(thrown);
          leave(error.message);
          refuse(call, error);
        });
    });
    call.on('end', () => {
      leave('its connection ended');
      call.end();
    });
    call.on('cancelled', () => leave('its connection was lost'));
    call.on('error', (error: Error) => leave(error.message));
  };

  send(worker: WorkerId, said: CoordinatorSaid): void {
    this.#calls.get(worker)?.write(encodeCoordinatorMessage(said));
  }

  dismiss(worker: WorkerId, reason: string): void {
    const call = this.#calls.get(worker);
    this.#calls.delete(worker);
    call?.emit('error', { code: status.DEADLINE_EXCEEDED, details: reason });
  }

  /** Tells every worker how the run ended and closes all sessions. */
  endAll(succeeded: boolean, reason: string): void {
    for (const [worker, call] of this.#calls) {
      this.send(worker, { body: 'done', succeeded, reason });
      call.end();
    }
    this.#calls.clear();
  }

  #greet(call: Call, said: WorkerSaid): WorkerId {
    if (said.body !== 'hello') throw new ProtocolError('a session opens with a greeting');
    const { hello } = said;
    if (hello.protocol !== PROTOCOL_VERSION) throw new VersionMismatch(hello);
    const worker = this.#nameFor(hello);
    this.#calls.set(worker, call);
    const { run, heartbeatMs } = this.#owner;
    this.send(worker, { body: 'welcome', run, worker, heartbeatMs });
    this.#owner.joined(worker, hello);
    return worker;
  }

  /** host-pid, made unique where it is not. */
  #nameFor({ host, pid }: Hello): WorkerId {
    const slug = host
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '');
    const base = `${slug.slice(0, 40) || 'worker'}-${pid}`;
    for (let suffix = 1; ; suffix += 1) {
      const candidate = asWorkerId(suffix === 1 ? base : `${base}-${suffix}`);
      if (!this.#calls.has(candidate)) return candidate;
    }
  }

  #forget(worker: WorkerId, call: Call, reason: string): void {
    if (this.#calls.get(worker) !== call) return;
    this.#calls.delete(worker);
    this.#owner.left(worker, reason);
  }
}

class VersionMismatch extends ProtocolError {
  constructor({ protocol, foldwise }: Hello) {
    super(
      `this coordinator speaks protocol ${PROTOCOL_VERSION}, the worker (foldwise ${foldwise}) ` +
        `protocol ${protocol}: install the same version of foldwise on both`,
    );
  }
}

function refuse(call: Call, error: Error): void {
  const code =
    error instanceof VersionMismatch
      ? status.FAILED_PRECONDITION
      : error instanceof ProtocolError
        ? status.INVALID_ARGUMENT
        : status.INTERNAL;
  call.emit('error', { code, details: error.message });
}
