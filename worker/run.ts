import { lookup } from 'node:dns/promises';
import { availableParallelism, hostname } from 'node:os';
import { credentials } from '@grpc/grpc-js';
import pRetry from 'p-retry';
import type { Logger } from 'pino';
import { cacheFolder } from '../shared/cache-folder.ts';
import { asError, FoldwiseError } from '../shared/errors.ts';
import { foldwiseVersion } from '../shared/version.ts';
import { channelOptions } from '../shared/wire/channel.ts';
import { loadContract, type CoordinatorClient } from '../shared/wire/contract.ts';
import { PROTOCOL_VERSION, type Hello } from '../shared/wire/session.ts';
import { DatasetCache } from './cache.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { describeEngine } from './engine/load.ts';
import { Trainer } from './runner.ts';
import { holdSession, SessionLost } from './session.ts';

export interface WorkerOptions {
  /** HOST:PORT */
  readonly coordinator: string;
  /** A folder that may hold the same data as the run, which then need not be fetched. */
  readonly data?: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** What the worker is about, for people. */
  readonly onState: (line: string) => void;
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Works for a coordinator: waits for it for as long as it takes, trains what it assigns, and
 * comes back after a lost connection.
 * @returns when told that the run is done.
 * @throws FoldwiseError where the run failed or the coordinator refused this worker; the
 * signal's reason where it was aborted.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { coordinator, signal, onState } = options;
  const contract = loadContract();
  const client: CoordinatorClient = new contract.Coordinator(
    coordinator,
    credentials.createInsecure(),
    channelOptions(),
  );
  const cache = new DatasetCache(cacheFolder());
  const trainer = new Trainer();
  try {
    await pRetry(
      async () => {
        await untilReady(client, options);
        await work({ client, cache, trainer }, options);
      },
      {
        ...PATIENCE,
        signal,
        shouldRetry: ({ error }) => error instanceof SessionLost && !signal.aborted,
        onFailedAttempt: ({ error }) => {
          if (!(error instanceof SessionLost) || signal.aborted) return;
          onState(`${error.message}; trying again`);
        },
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    client.close();
    await trainer.close();
  }
}

/** A coordinator may start late or come back: half a second at first, soon 8 s, for ever. */
const PATIENCE = { retries: Infinity, factor: 2, minTimeout: 500, maxTimeout: 8_000 } as const;

async function untilReady(
  client: CoordinatorClient,
  { coordinator, signal }: WorkerOptions,
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

function hello(): Hello {
  return {
    protocol: PROTOCOL_VERSION,
    foldwise: foldwiseVersion(),
    host: hostname(),
    pid: process.pid,
    engine: describeEngine().engine,
    cores: availableParallelism(),
  };
}

/** One session, from the greeting to the end of the run. */
async function work(
  tools: Pick<DeskOptions, 'client' | 'cache' | 'trainer'>,
  { data, signal, log, onState }: WorkerOptions,
): Promise<void> {
  const local = data === undefined ? {} : { data };
  const desk = new Desk({ ...tools, log, onState, ...local });
  try {
    await holdSession({
      client: tools.client,
      hello: hello(),
      signal,
      onMessage: (said, session) => desk.receive(said, session),
    });
  } finally {
    await desk.clear();
  }
  if (desk.failure !== null) {
    throw new FoldwiseError(`the run did not succeed: ${desk.failure}`);
  }
  onState('the run is done');
}
