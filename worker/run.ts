import { availableParallelism, hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { cacheFolder } from '../shared/cache-folder.ts';
import { asError, FoldwiseError } from '../shared/errors.ts';
import type { ClientAccess } from '../shared/security/client-access.ts';
import { plainLine } from '../shared/plain.ts';
import { foldwiseVersion } from '../shared/version.ts';
import { PROTOCOL_VERSION, type Hello } from '../shared/wire/session.ts';
import { DatasetCache } from './cache.ts';
import { Connection } from './connection.ts';
import { Desk } from './desk.ts';
import { leaveOn, type Drain } from './drain.ts';
import { describeEngine } from './engine/load.ts';
import { Losses } from './losses.ts';
import { delayMs } from './patience.ts';
import { Trainer } from './runner.ts';
import { sweepScratch } from './scratch.ts';
import { holdSession, SessionLost } from './session.ts';
import { untilReady } from './until-ready.ts';

export interface WorkerOptions {
  /** HOST:PORT */
  readonly coordinator: string;
  /** How to connect; in plaintext, without a token, unless given. */
  readonly access?: ClientAccess;
  /** A folder that may hold the same data as the run, which then need not be fetched. */
  readonly data?: string;
  /** Aborted, everything ends at once. */
  readonly signal: AbortSignal;
  /** Aborted, the worker saves what it does, gives it back and leaves. */
  readonly drain?: Drain;
  readonly log: Logger;
  /** What the worker is about, for people. */
  readonly onState: (line: string) => void;
  /** What it says that it trains with; the installed engine unless given. */
  readonly engine?: string;
  /** A program that speaks as the training process does, in its stead. */
  readonly trainerProgram?: string;
}

/** How a worker's work ended: it was told that the run is done, or it had to leave before. */
export type WorkerEnding = 'done' | 'drained';

/**
 * Works for a coordinator: waits for it for as long as it takes, trains what it assigns, and
 * comes back after a lost connection with what it did meanwhile.
 * @throws FoldwiseError where the run failed or the coordinator refused this worker; the
 * signal's reason where it was aborted.
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerEnding> {
  const { coordinator, access, data, signal, log, onState, trainerProgram } = options;
  signal.throwIfAborted();
  await sweepScratch();
  const connection = new Connection(coordinator, access);
  const trainer = new Trainer(trainerProgram);
  const cache = new DatasetCache(cacheFolder());
  const local = data === undefined ? {} : { data };
  const desk = new Desk({ connection, cache, trainer, log, onState, ...local });
  const gone = leaveOn(options.drain, desk);
  const stop = AbortSignal.any([signal, gone.signal]);
  try {
    await keepSessions(desk, connection, { ...options, signal: stop });
  } catch (error) {
    signal.throwIfAborted();
    if (!gone.signal.aborted) throw error;
  } finally {
    gone.close();
    await desk.clear();
    await trainer.close();
    connection.close();
  }
  if (desk.failure !== null) {
    throw new FoldwiseError(`the run did not succeed: ${plainLine(desk.failure)}`);
  }
  if (!desk.isDone) return 'drained';
  onState('the run is done');
  return 'done';
}

/** One session after the other, until one ends as it should. */
async function keepSessions(
  desk: Desk,
  connection: Connection,
  { signal, log, onState, engine = engineInWords() }: WorkerOptions,
): Promise<void> {
  const losses = new Losses({ log, onState });
  for (let failures = 0; ; connection.renew()) {
    try {
      await untilReady(connection, signal);
      losses.connected();
      const { client } = connection;
      return await holdSession({ client, hello: greeting(desk, engine), signal, owner: desk });
    } catch (thrown) {
      const error = asError(thrown);
      if (!(error instanceof SessionLost)) throw error;
      losses.tell(error);
      failures = desk.disconnected() ? 0 : failures + 1;
    }
    await delay(delayMs(failures, Math.random()), undefined, { signal });
  }
}

function greeting({ reattachment }: Desk, engine: string): Hello {
  return {
    protocol: PROTOCOL_VERSION,
    foldwise: foldwiseVersion(),
    host: hostname(),
    pid: process.pid,
    engine,
    cores: availableParallelism(),
    ...(reattachment === null ? {} : { reattachment }),
  };
}

/** What has to be the same for all workers of a run. */
function engineInWords(): string {
  const { engine, tensorflow } = describeEngine();
  return `${engine}, tensorflow ${tensorflow}`;
}
