import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, closeSync, constants, openSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EVENT_STREAM } from '../../coordinator/progress/channel.ts';
import { asError, FoldwiseError } from '../../shared/errors.ts';
import type { NatsAccess } from '../../shared/nats/access.ts';
import { withoutSecrets } from '../../shared/security/environment.ts';
import { serverConfig } from './server-config.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A NATS server of our own, on this machine, for one run. */
export interface LocalNatsServer {
  /** For those who watch. */
  readonly url: string;
  /** For us, who alone may publish. */
  readonly access: NatsAccess;
  /**
   * Ends it and removes what it has stored, and waits for that, but no longer than this; it happens
   * too when this process disappears.
   */
  readonly stop: (deadlineMs: number) => Promise<void>;
}

export interface StartOptions {
  readonly program: string;
  /** What it says goes there, as nats-server.log. */
  readonly logDir: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

const GUARD = fileURLToPath(new URL('./guard.sh', import.meta.url));
const START_MS = 10_000;
const FAILED_STOP_MS = 1_000;
const LOOK_MS = 20;

/** Debian and others install servers where users' search paths do not lead. */
const MORE_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The nats-server on the PATH, or where systems keep it; undefined where there is none. */
export function findNatsServer(
  { PATH = '' }: Environment,
  moreFolders: readonly string[] = MORE_FOLDERS,
): string | undefined {
  const folders = [
    ...PATH.split(path.delimiter).filter((folder) => path.isAbsolute(folder)),
    ...moreFolders,
  ];
  return folders.map((folder) => path.join(folder, 'nats-server')).find((file) => isProgram(file));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Starts a server on a free port of the loopback interface, with JetStream in a private temporary
 * folder; anybody on this machine may watch, only we may publish.
 *
 * @throws FoldwiseError where it does not start; the reason of the signal
 */
export async function startNatsServer(options: StartOptions): Promise<LocalNatsServer> {
  const { logDir, signal } = options;
  const store = await mkdtemp(path.join(tmpdir(), 'foldwise-nats-'));
  const password = randomBytes(24).toString('hex');
  const config = path.join(store, 'nats-server.conf');
  await writeFile(config, serverConfig({ store, password, stream: EVENT_STREAM.name }), {
    mode: 0o600,
  });
  await mkdir(logDir, { recursive: true });
  const log = path.join(logDir, 'nats-server.log');
  const guard = launch(options, { store, config, log });
  const stop = (deadlineMs: number): Promise<void> => end(guard, deadlineMs);
  try {
    const address = await listening(guard, store, signal);
    const credentials = { kind: 'user', user: 'coordinator', password } as const;
    return { url: `nats://${address}`, access: { servers: [address], credentials }, stop };
  } catch (error) {
    await stop(FAILED_STOP_MS);
    await rm(store, { recursive: true, force: true });
    signal.throwIfAborted();
    throw new FoldwiseError(`${asError(error).message}; see ${log}`, { cause: error });
  }
}

interface Places {
  readonly store: string;
  readonly config: string;
  readonly log: string;
}

/** In a process group of its own, out of reach of Ctrl-C: the last events are still to go out. */
function launch({ program, env }: StartOptions, { store, config, log }: Places): ChildProcess {
  const descriptor = openSync(log, 'a', 0o600);
  try {
    const args = [GUARD, store, program, '--config', config];
    const guard = spawn('/bin/sh', args, {
      ...{
        env: withoutSecrets(env),
        detached: true,
        stdio: ['pipe', descriptor, descriptor],
        cwd: '/',
      },
    });
    guard.unref();
    guard.on('error', () => undefined);
    guard.stdin?.on('error', () => undefined);
    return guard;
  } finally {
    closeSync(descriptor);
  }
}

/** Waits for the file in which the server says where it listens. */
async function listening(guard: ChildProcess, store: string, signal: AbortSignal): Promise<string> {
  const timeUp = AbortSignal.timeout(START_MS);
  while (!timeUp.aborted) {
    if (hasEnded(guard)) throw new Error('nats-server ended at once');
    const address = await addressIn(store);
    if (address !== undefined) return address;
    await setTimeout(LOOK_MS, undefined, { signal });
  }
  throw new Error(`nats-server was not ready after ${START_MS / 1000} s`);
}

async function addressIn(store: string): Promise<string | undefined> {
  // The guard removes the folder when the server ends.
  const entries = await readdir(store).catch(() => []);
  const name = entries.find((entry) => entry.endsWith('.ports'));
  if (name === undefined) return undefined;
  const text = await readFile(path.join(store, name), 'utf8');
  // It may be half written.
  return /"nats:\/\/(127\.0\.0\.1:\d+)"/.exec(text)?.[1];
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;

/** The guard does the rest, also where it takes longer than we wait. */
async function end(guard: ChildProcess, deadlineMs: number): Promise<void> {
  guard.stdin?.end();
  if (hasEnded(guard)) return;
  guard.ref();
  const enough = new AbortController();
  guard.once('exit', () => enough.abort());
  await setTimeout(deadlineMs, undefined, enough).catch(() => undefined);
  guard.unref();
}
