import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { asError, FoldwiseError } from '../shared/errors.ts';
import { serverOptions } from '../shared/wire/channel.ts';
import { loadContract, type CoordinatorHandlers } from '../shared/wire/contract.ts';
import { Connections, type ConnectionLimits } from './security/connections.ts';
import { createGuard } from './security/guard.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Who may connect, and how. Without any of it, everybody who reaches the address may. */
export interface ServerAccess {
  /** PEM; absent for plaintext. */
  readonly tls?: {
    readonly certificate: Buffer;
    readonly key: Buffer;
    /** The authority of the workers' certificates: with it, each caller has to show one. */
    readonly clientAuthority?: Buffer;
  };
  /** What each caller has to show. */
  readonly token?: string;
  readonly connections?: ConnectionLimits;
}

export interface Listener {
  readonly address: Address;
  /** Ends politely within `graceMs`, then closes what is left. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** The service name that `grpc.health.v1.Health` answers for, besides the empty one. */
const SERVICE = 'foldwise.v1.Coordinator';

/**
 * Listens for workers and health checks. Port 0 takes any free port. Handlers see only calls that
 * the guard has let in; `identityOf` (security/guard.ts) says who makes them.
 *
 * @throws FoldwiseError where the address cannot be had.
 */
export async function listen(
  { host, port }: Address,
  handlers: Omit<CoordinatorHandlers, keyof UntypedServiceImplementation>,
  { tls, token, connections: limits }: ServerAccess = {},
): Promise<Listener> {
  const needsCertificate = tls?.clientAuthority !== undefined;
  const onAdmitted = (peer: string): void => connections.admit(peer);
  const guard = createGuard({ needsCertificate, token, onAdmitted });
  const server = new Server({ ...serverOptions(), interceptors: [guard] });
  server.addService(loadContract().Coordinator.service, handlers);
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE]: 'SERVING' });
  health.addToServer(server);
  const door = server.createConnectionInjector(credentialsOf(tls));
  const connections = new Connections((socket) => door.injectConnection(socket), limits);
  const bound = await connections.listen(host, port).catch((error: unknown) => {
    connections.close();
    throw listenProblem({ host, port }, asError(error));
  });
  return {
    address: { host, port: bound },
    close: async (graceMs) => {
      health.setStatus('', 'NOT_SERVING');
      health.setStatus(SERVICE, 'NOT_SERVING');
      connections.refuse();
      await shutDown(server, graceMs);
      connections.close();
    },
  };
}

function credentialsOf(tls: ServerAccess['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificate, key, clientAuthority } = tls;
  return ServerCredentials.createSsl(
    clientAuthority ?? null,
    [{ private_key: key, cert_chain: certificate }],
    clientAuthority !== undefined,
  );
}

/**
 * Looks whether an address can be had, before anything is written for a run that needs it.
 * @throws FoldwiseError where it cannot.
 */
export async function checkAddress({ host, port }: Address): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ host, port });
    await once(probe, 'listening');
  } catch (error) {
    throw listenProblem({ host, port }, asError(error));
  } finally {
    probe.close();
  }
}

const targetOf = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

function listenProblem(address: Address, error: Error): FoldwiseError {
  const hint = error.message.includes('EADDRINUSE')
    ? 'the port is in use: choose another with --listen HOST:PORT, or stop what uses it'
    : `${error.message}; choose an address of this machine with --listen HOST:PORT`;
  return new FoldwiseError(`cannot listen on ${targetOf(address)}: ${hint}`, { cause: error });
}

/** What a process that stands still while it closes may lose of its grace: one part of it. */
const GRACE_PARTS = 10;

async function shutDown(server: Server, graceMs: number): Promise<void> {
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    server.tryShutdown(() => {
      isOver = true;
      resolve();
    });
  });
  for (let part = 0; part < GRACE_PARTS && !isOver; part++) {
    const timer = new AbortController();
    const options = { signal: timer.signal };
    await Promise.race([over, delay(graceMs / GRACE_PARTS, null, options).catch(() => null)]);
    timer.abort();
  }
  server.forceShutdown();
}
