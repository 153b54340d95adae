import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import type { WorkerId } from '../shared/domain.ts';
import { asError, ProtocolError } from '../shared/errors.ts';
import type { CoordinatorMessageInput, WorkerMessage } from '../shared/wire/contract.ts';
import {
  decodeWorkerMessage,
  encodeCoordinatorMessage,
  type CoordinatorSaid,
  type Hello,
  type WorkerSaid,
} from '../shared/wire/session.ts';
import { admit, type Admission, type Hosts, Refusal } from './greeting.ts';
import { identityOf } from './security/guard.ts';
import { fullAllowance, SESSION_RATE, spend } from './security/rate.ts';

type Call = ServerDuplexStream<WorkerMessage, CoordinatorMessageInput>;
/** All that a worker says after its greeting. */
export type Report = Exclude<WorkerSaid, { body: 'hello' }>;

export interface SessionOwner extends Hosts {
  /** What a worker is told when it is let in. */
  readonly welcomeOf: (worker: WorkerId) => Extract<CoordinatorSaid, { body: 'welcome' }>;
  readonly joined: (admission: Admission, hello: Hello) => void;
  /** Its connection is lost; it may come back. */
  readonly disconnected: (worker: WorkerId) => void;
  /** It broke the contract, and is not to come back. */
  readonly expelled: (worker: WorkerId, reason: string) => void;
  readonly nowMs: () => number;
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
    let isOver = false;
    let turn = Promise.resolve();
    const silence = setTimeout(() => refuse(call, tooLate()), GREETING_MS);
    const leave = (tell: (worker: WorkerId) => void): void => {
      clearTimeout(silence);
      isOver = true;
      // A call that another one of the same worker has replaced says nothing about it.
      if (worker !== null && this.#calls.get(worker) === call) {
        this.#calls.delete(worker);
        tell(worker);
      }
    };
    const fail = (error: Error): void => {
      leave((known) => this.#owner.expelled(known, error.message));
      refuse(call, error);
    };
    const receive = async (message: WorkerMessage): Promise<void> => {
      if (isOver) return;
      const said = decodeWorkerMessage(message);
      clearTimeout(silence);
      if (worker === null) worker = this.#greet(call, said);
      else if (said.body === 'hello') throw new ProtocolError('a second greeting in one session');
      else if (this.#calls.get(worker) === call) await this.#owner.reported(worker, said);
    };
    const mayGoOn = rateOf(this.#owner);
    call.on('data', (message: WorkerMessage) => {
      if (!mayGoOn()) return fail(tooMany());
      // One at a time, so that a result is judged before what follows it.
      turn = turn.then(() => receive(message)).catch((thrown: unknown) => fail(asError(thrown)));
    });
    const disconnect = (): void => leave((known) => this.#owner.disconnected(known));
    call.on('end', () => {
      // After what it said last.
      void turn.then(() => {
        disconnect();
        call.end();
      });
    });
    call.on('cancelled', disconnect);
    call.on('error', disconnect);
  };

  send(worker: WorkerId, said: CoordinatorSaid): void {
    this.#calls.get(worker)?.write(encodeCoordinatorMessage(said));
  }

  dismiss(worker: WorkerId, reason: string): void {
    this.#close(worker, new Refusal(status.DEADLINE_EXCEEDED, reason));
  }

  /** Tells every worker how the run ended and closes all sessions. */
  endAll(succeeded: boolean, reason: string): void {
    for (const [worker, call] of this.#calls) {
      this.send(worker, { body: 'done', succeeded, reason });
      call.end();
    }
    this.#calls.clear();
  }

  /** Closes all sessions of a run that goes on later: its workers are to come back. */
  suspendAll(reason: string): void {
    for (const worker of [...this.#calls.keys()]) {
      this.#close(worker, new Refusal(status.UNAVAILABLE, reason));
    }
  }

  #close(worker: WorkerId, reason: Refusal): void {
    const call = this.#calls.get(worker);
    this.#calls.delete(worker);
    if (call) refuse(call, reason);
  }

  #greet(call: Call, said: WorkerSaid): WorkerId {
    if (said.body !== 'hello') throw new ProtocolError('a session opens with a greeting');
    const admission = admit(said.hello, identityOf(call), this.#owner);
    const { worker } = admission;
    // Half-open: the worker knows better than we whether that connection still works.
    this.#close(worker, new Refusal(status.ABORTED, 'this worker has greeted again'));
    this.#calls.set(worker, call);
    this.send(worker, this.#owner.welcomeOf(worker));
    this.#owner.joined(admission, said.hello);
    return worker;
  }
}

/** Counts the messages of a session; false where they come too fast. */
function rateOf({ nowMs }: Pick<SessionOwner, 'nowMs'>): () => boolean {
  let allowance = fullAllowance(SESSION_RATE, nowMs());
  return () => {
    const left = spend(allowance, SESSION_RATE, nowMs());
    allowance = left ?? allowance;
    return left !== null;
  };
}

const tooLate = (): ProtocolError =>
  new ProtocolError(`no greeting within ${GREETING_MS / 1000} s`);

const tooMany = (): Refusal =>
  new Refusal(
    status.RESOURCE_EXHAUSTED,
    `more than ${SESSION_RATE.perSecond} messages a second in one session`,
  );

function refuse(call: Call, error: Error): void {
  const code =
    error instanceof Refusal
      ? error.code
      : error instanceof ProtocolError
        ? status.INVALID_ARGUMENT
        : status.INTERNAL;
  // What went wrong inside, paths and all, is nobody else's business.
  const details = error instanceof ProtocolError ? error.message : 'the coordinator failed';
  call.emit('error', { code, details });
}
