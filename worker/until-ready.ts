import { lookup } from 'node:dns/promises';
import { type ServiceError } from '@grpc/grpc-js';
import { asError } from '../shared/errors.ts';
import { plain } from '../shared/plain.ts';
import type { Connection } from './connection.ts';
import { SessionLost } from './session.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const WHY_TIMEOUT_MS = 1_000;

/** Something listens, and the two do not agree on how to connect: waiting alone mends nothing. */
export class Unmatched extends SessionLost {}

type Way = Pick<Connection, 'client' | 'coordinator'>;

/**
 * Waits for a connection to the coordinator.
 * @throws SessionLost where there is none in time, Unmatched where there cannot be one; the signal's reason where it was aborted
 */
export async function untilReady(way: Way, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(asError(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    way.client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (error) => {
      signal.removeEventListener('abort', stop);
      if (error) void absence(way).then(reject);
      else resolve();
    });
  });
}

/** Names may become known later, those of pods for instance: no reason to give up. */
async function absence({ client, coordinator }: Way): Promise<SessionLost> {
  const host = coordinator.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
  const isKnown = await lookup(host).then(
    () => true,
    () => false,
  );
  const nobody = `no coordinator at ${coordinator}`;
  if (!isKnown) return new SessionLost(`${nobody}: the name ${host} is not known here`);
  const why = await lastError(client);
  if (why === undefined || NOBODY.test(why)) return new SessionLost(nobody);
  return new Unmatched(
    `no connection with ${coordinator}, where something listens (${why}): are --tls-ca, --tls-cert ` +
      'and --tls-key given on both sides, or on neither, and of one authority?',
  );
}

/** The way there says so, or is silent. */
const NOBODY = /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOTFOUND|EAI_AGAIN/;

/** Why the last try to connect failed: grpc-js tells it only to calls. */
async function lastError(client: Way['client']): Promise<string | undefined> {
  const error = await new Promise<ServiceError | null>((resolve) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      Buffer.alloc(0),
      { deadline: Date.now() + WHY_TIMEOUT_MS },
      (thrown) => resolve(thrown),
    );
  });
  const [, why] = /Last error: (.*?)(?:\. Resolution note:|$)/s.exec(error?.details ?? '') ?? [];
  return why === undefined ? undefined : plain(inShort(why));
}

/** Without where in OpenSSL it was, and when. */
function inShort(why: string): string {
  const [, alert] = /SSL routines:[^:]*:([^:]+)/.exec(why) ?? [];
  return (alert ?? why)
    .replace(/^Error(?: \[\w+\])?: /, '')
    .replace(/ \(\d{4}-[\d-]+T[^)]*\)$/, '');
}
