import { lookup } from 'node:dns/promises';
import { asError } from '../shared/errors.ts';
import type { Connection } from './connection.ts';
import { SessionLost } from './session.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Waits for a connection to the coordinator.
 * @throws SessionLost where there is none in time; the signal's reason where it was aborted
 */
export async function untilReady(
  { client, coordinator }: Pick<Connection, 'client' | 'coordinator'>,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(asError(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
    client.waitForReady(Date.now() + CONNECT_TIMEOUT_MS, (error) => {
      signal.removeEventListener('abort', stop);
      if (error) void absence(coordinator).then(reject);
      else resolve();
    });
  });
}

/** Names may become known later, those of pods for instance: no reason to give up. */
async function absence(coordinator: string): Promise<SessionLost> {
  const host = coordinator.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '');
  return lookup(host).then(
    () => new SessionLost(`no coordinator at ${coordinator}`),
    () => new SessionLost(`no coordinator at ${coordinator}: the name ${host} is not known here`),
  );
}
