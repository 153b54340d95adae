import { once } from 'node:events';
import { createServer } from 'node:net';
import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { asError, FoldwiseError } from '../shared/errors.ts';
import { channelOptions } from '../shared/wire/channel.ts';
import { loadContract, type CoordinatorHandlers } from '../shared/wire/contract.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Listener {
  readonly address: Address;
  /** Ends politely within `graceMs`, then closes what is left. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** The service name that `grpc.health.v1.Health` answers for, besides the empty one. */
const SERVICE = 'foldwise.v1.Coordinator';

/**
 * Listens for workers and health checks. Port 0 takes any free port.
 * @throws FoldwiseError where the address cannot be had.
 */
export async function listen(
  { host, port }: Address,
  handlers: Omit<CoordinatorHandlers, keyof UntypedServiceImplementation>,
): Promise<Listener> {
  const server = new Server(channelOptions());
  server.addService(loadContract().Coordinator.service, handlers);
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE]: 'SERVING' });
  health.addToServer(server);
  const bound = await bind(server, { host, port });
  return {
    address: { host, port: bound },
    close: (graceMs) => {
      health.setStatus('', 'NOT_SERVING');
      health.setStatus(SERVICE, 'NOT_SERVING');
      return shutDown(server, graceMs);
    },
  };
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

async function bind(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync(targetOf({ host, port }), credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(listenProblem({ host, port }, error));
    });
  });
}

const targetOf = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

function listenProblem(address: Address, error: Error): FoldwiseError {
  const hint = error.message.includes('EADDRINUSE')
    ? 'the port is in use: choose another with --listen HOST:PORT, or stop what uses it'
    : `${error.message}; choose an address of this machine with --listen HOST:PORT`;
  return new FoldwiseError(`cannot listen on ${targetOf(address)}: ${hint}`, { cause: error });
}

async function shutDown(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  server.forceShutdown();
}
