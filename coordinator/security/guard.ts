import {
  ServerInterceptingCall,
  status,
  type Metadata,
  type ServerInterceptor,
  type ServerInterceptingCallInterface,
} from '@grpc/grpc-js';
import { createTokenCheck } from '../../shared/security/token.ts';
import { workerNameIn } from '../../shared/security/worker-name.ts';
import type { Identity } from './identity.ts';

export interface GuardOptions {
  /** Callers have shown a certificate of our authority: it has to be a worker's. */
  readonly needsCertificate: boolean;
  /** What callers have to show; absent where they need no token. */
  readonly token?: string | undefined;
  /** Told of the connection that a call was let in on, ADDRESS:PORT of the peer. */
  readonly onAdmitted: (peer: string) => void;
}

/** What it takes to know who makes a call; each call of grpc-js has it. */
export type Caller = Pick<ServerInterceptingCallInterface, 'getAuthContext'> & {
  readonly metadata: Metadata;
};

interface Refused {
  readonly code: status;
  readonly details: string;
}

/** Health checks tell nothing but whether the coordinator serves, and come from those without keys. */
const OPEN_SERVICE = '/grpc.health.v1.Health/';

/**
 * Stands before every call of every service: who is not let in gets a status, and nothing it sends
 * is read. Calls of services that are added later pass here too.
 */
export function createGuard({
  needsCertificate,
  token,
  onAdmitted,
}: GuardOptions): ServerInterceptor {
  const hasToken = token === undefined ? null : createTokenCheck(token);
  const judge = (call: Caller): Refused | null => {
    if (hasToken !== null && !hasToken(call.metadata.get('authorization'))) return NO_TOKEN;
    if (needsCertificate && identityOf(call).kind !== 'certificate') return NO_WORKER;
    return null;
  };
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, admit) => {
            if (path.startsWith(OPEN_SERVICE)) return admit(metadata);
            const refused = judge({ getAuthContext: () => call.getAuthContext(), metadata });
            if (refused !== null) return call.sendStatus(refused);
            onAdmitted(call.getPeer());
            admit(metadata);
          },
        }),
    });
}

/** Who makes a call that the guard has let in. */
export function identityOf(call: Caller): Identity {
  const { sslPeerCertificate } = call.getAuthContext();
  const name = workerNameIn(sslPeerCertificate?.subjectaltname);
  if (name !== undefined) return { kind: 'certificate', name };
  const hasHeader = call.metadata.get('authorization').length > 0;
  return { kind: hasHeader ? 'token' : 'local' };
}

const NO_TOKEN: Refused = {
  code: status.UNAUTHENTICATED,
  details:
    'no token was shown, or not that of this run: give the worker --token-file FILE or ' +
    'FOLDWISE_TOKEN, the same as the coordinator has',
};

const NO_WORKER: Refused = {
  code: status.PERMISSION_DENIED,
  details:
    'this certificate is not that of a worker: it names none as spiffe://foldwise/worker/NAME; ' +
    '"foldwise certs init" makes such certificates',
};
