import { status } from '@grpc/grpc-js';
import { mayActAs, workerIdBase, type Identity } from './security/identity.ts';
import { asWorkerId, type RunId, type WorkerId } from '../shared/domain.ts';
import { ProtocolError } from '../shared/errors.ts';
import { PROTOCOL_VERSION, type Hello } from '../shared/wire/session.ts';

/** A worker that is not let in, with the gRPC status that says so. */
export class Refusal extends ProtocolError {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a coordinator knows of those who greet it. */
export interface Hosts {
  readonly run: RunId;
  /** What all workers of the run train with; null before the first. */
  readonly engine: () => string | null;
  /** Whether a worker of that name may come back: its lease is not over. */
  readonly isKnown: (worker: WorkerId) => boolean;
  /** Whether a worker of that name is known to have been welcomed: another one must not get it. */
  readonly isTaken: (worker: WorkerId) => boolean;
  /** How often the run was resumed; a welcome of an earlier life may have left no trace. */
  readonly life: () => number;
  readonly isTicket: (worker: WorkerId, ticket: string) => boolean;
}

export interface Admission {
  readonly worker: WorkerId;
  /** It was here before, and carries on. */
  readonly isReturning: boolean;
}

/**
 * Decides who a greeting worker is.
 *
 * @throws Refusal where its protocol or engine is another one, or it claims to be who it is not
 */
export function admit(hello: Hello, identity: Identity, hosts: Hosts): Admission {
  const { protocol, foldwise, engine, reattachment } = hello;
  if (protocol !== PROTOCOL_VERSION) {
    throw new Refusal(
      status.FAILED_PRECONDITION,
      `this coordinator speaks protocol ${PROTOCOL_VERSION}, the worker (foldwise ${foldwise}) ` +
        `protocol ${protocol}: install the same version of foldwise on both`,
    );
  }
  const expected = hosts.engine();
  if (expected !== null && engine !== expected) {
    throw new Refusal(
      status.FAILED_PRECONDITION,
      `this run trains with ${expected}, the worker has ${engine}: all workers of a run need the ` +
        'same engine; run "foldwise engine install" there',
    );
  }
  const base = workerIdBase(identity, hello);
  if (reattachment === undefined || reattachment.run !== hosts.run) return newcomer(base, hosts);
  const { worker, ticket } = reattachment;
  if (!mayActAs(identity, worker, hosts.isTicket(worker, ticket))) {
    throw new Refusal(
      status.PERMISSION_DENIED,
      `this is not worker ${worker}: its ticket is wrong`,
    );
  }
  // Whoever was given up meanwhile joins anew, under the name that its ticket shows to be its own.
  return { worker, isReturning: hosts.isKnown(worker) };
}

function newcomer(base: string, { isTaken, life }: Hosts): Admission {
  const name = life() === 0 ? base : `${base}-r${life()}`;
  for (let suffix = 1; ; suffix += 1) {
    const worker = asWorkerId(suffix === 1 ? name : `${name}-${suffix}`);
    if (!isTaken(worker)) return { worker, isReturning: false };
  }
}
