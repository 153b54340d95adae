import { Duplex, Writable } from 'node:stream';
import type { ClientOptions, ServiceError, status } from '@grpc/grpc-js';
import { identityOf } from '../../coordinator/security/guard.ts';
import type { Identity } from '../../coordinator/security/identity.ts';
import { listen, type ServerAccess } from '../../coordinator/server.ts';
import { clientSettings, type ClientAccess } from '../../shared/security/client-access.ts';
import {
  loadContract,
  type CoordinatorClient,
  type CoordinatorHandlers,
} from '../../shared/wire/contract.ts';

export interface Door {
  readonly port: number;
  /** Those whose calls reached a handler. */
  readonly seen: { readonly method: Method; readonly identity: Identity }[];
  readonly client: (access: ClientAccess, options?: ClientOptions) => CoordinatorClient;
}

export const METHODS = [
  'Session',
  'FetchDataset',
  'FetchModel',
  'FetchCheckpoint',
  'FindUpload',
  'Upload',
] as const;
export type Method = (typeof METHODS)[number];

/** A real server whose handlers do nothing but note who called; closed whatever the test does. */
export async function withDoor(
  access: ServerAccess,
  use: (door: Door) => Promise<void>,
): Promise<void> {
  const seen: Door['seen'] = [];
  const clients: CoordinatorClient[] = [];
  const note = (method: Method) => (call: Parameters<typeof identityOf>[0]) =>
    void seen.push({ method, identity: identityOf(call) });
  const listener = await listen({ host: '127.0.0.1', port: 0 }, handlers(note), access);
  const { port } = listener.address;
  const client = (how: ClientAccess, more: ClientOptions = {}): CoordinatorClient => {
    const { Coordinator } = loadContract();
    const address = `127.0.0.1:${port}`;
    const { credentials, options } = clientSettings(how, address);
    clients.push(new Coordinator(address, credentials, { ...options, ...more }));
    return clients.at(-1)!;
  };
  try {
    await use({ port, seen, client });
  } finally {
    for (const open of clients) open.close();
    await listener.close(500);
  }
}

export function handlers(
  note: (method: Method) => (call: Parameters<typeof identityOf>[0]) => void,
): Pick<CoordinatorHandlers, Method> {
  return {
    Session: (call) => {
      note('Session')(call);
      call.on('data', () => undefined);
      call.on('end', () => call.end());
    },
    FetchDataset: (call) => {
      note('FetchDataset')(call);
      call.end();
    },
    FetchModel: (call) => {
      note('FetchModel')(call);
      call.end();
    },
    FetchCheckpoint: (call) => {
      note('FetchCheckpoint')(call);
      call.end();
    },
    FindUpload: (call, callback) => {
      note('FindUpload')(call);
      callback(null, { storedBytes: 0 });
    },
    Upload: (call, callback) => {
      note('Upload')(call);
      call.on('data', () => undefined);
      call.on('end', () => callback(null, { storedBytes: 0 }));
    },
  };
}

/** Calls a method and tells how it ended: 0, or the status it was refused with. */
export function outcomeOf(client: CoordinatorClient, method: Method): Promise<status> {
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + 120_000 };
    const done = (error: ServiceError | null): void => resolve(error?.code ?? 0);
    const stream = {
      Session: () => client.session(options),
      FetchDataset: () => client.fetchDataset({}, options),
      FetchModel: () => client.fetchModel({}, options),
      FetchCheckpoint: () => client.fetchCheckpoint({}, options),
      FindUpload: () => client.findUpload({}, options, done),
      Upload: () => client.upload(options, done),
    }[method]();
    if (stream instanceof Writable || stream instanceof Duplex) stream.end();
    if (method === 'FindUpload' || method === 'Upload') return;
    stream.on('error', (error: ServiceError) => resolve(error.code));
    stream.on('data', () => undefined);
    stream.on('end', () => resolve(0));
  });
}
