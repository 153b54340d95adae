import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { connect, type ConnectionOptions, type NatsConnection } from 'nats';
import { EVENT_STREAM } from '../../coordinator/progress/channel.ts';
import { findNatsServer } from '../../cli/nats/server.ts';
import type { NatsAccess } from '../../shared/nats/access.ts';

const program = findNatsServer(process.env);

/**
 * A test that needs nats-server. Where there is none it skips, and its title says so; it fails in
 * CI, which has it installed (`.ci/install`) and sets FOLDWISE_REQUIRE_TOOLS.
 */
export function natsTest(title: string, run: (t: ExecutionContext) => Promise<void>): void {
  const isNeeded = program !== undefined || process.env['FOLDWISE_REQUIRE_TOOLS'];
  if (isNeeded) test.serial(title, run);
  else test.skip(`${title} (nats-server not found; .ci/install fetches it)`, run);
}

export interface NatsServer {
  readonly url: string;
  readonly access: NatsAccess;
  /** SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Starts it again, on the same port and with the same store. */
  readonly start: () => Promise<void>;
  /** SIGKILL, and start. */
  readonly restart: () => Promise<void>;
  /** A plain connection of the package `nats`, closed at the end. */
  readonly client: () => Promise<NatsConnection>;
}

export interface ServerOptions {
  readonly hasJetStream?: boolean;
  /** More configuration. */
  readonly config?: string;
  readonly isStarted?: boolean;
  /** How the test's own clients connect, where the server asks for more than an address. */
  readonly clientOptions?: ConnectionOptions;
}

/** Runs a real nats-server on a free port, in a temporary folder, and ends it whatever happens. */
export async function withNatsServer(
  use: (server: NatsServer) => Promise<void>,
  { hasJetStream = true, config = '', isStarted = true, clientOptions }: ServerOptions = {},
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foldwise-test-nats-'));
  const jetstream = hasJetStream ? `jetstream { store_dir: ${JSON.stringify(folder)} }` : '';
  const clients: NatsConnection[] = [];
  let running: ChildProcess | undefined;
  let port = -1;
  let restarted = Promise.resolve();
  const start = async (): Promise<void> => {
    const lines = [`host: "127.0.0.1"`, `port: ${port}`, jetstream, config];
    writeFileSync(path.join(folder, 'server.conf'), lines.join('\n'));
    running = spawn(program!, ['-c', 'server.conf', '--ports_file_dir', folder], {
      ...{ cwd: folder, stdio: 'ignore' },
    });
    port = await portOf(running, folder);
  };
  const kill = async (): Promise<void> => {
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  };
  try {
    await start();
    if (!isStarted) await kill();
    const servers = [`127.0.0.1:${port}`];
    const client = async (): Promise<NatsConnection> => {
      const patient = { maxReconnectAttempts: -1, reconnectTimeWait: 50 };
      clients.push(await connect({ servers, ...patient, ...clientOptions }));
      return clients.at(-1)!;
    };
    const access = { servers, credentials: { kind: 'none' } } as const;
    const restart = (): Promise<void> => (restarted = restarted.then(kill).then(start));
    await use({ url: `nats://127.0.0.1:${port}`, access, kill, start, restart, client });
  } finally {
    for (const client of clients) await client.close();
    await restarted;
    await kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The events that the stream of a server holds, as texts, read by the plain package. */
export async function storedIn({ client }: NatsServer): Promise<string[]> {
  const connection = await client();
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info(EVENT_STREAM.name);
  const texts: string[] = [];
  if (state.messages === 0) return texts;
  const consumer = await connection.jetstream().consumers.get(EVENT_STREAM.name);
  for await (const message of await consumer.fetch({ max_messages: state.messages })) {
    texts.push(message.string());
  }
  return texts;
}

async function portOf(server: ChildProcess, folder: string): Promise<number> {
  const name = `nats-server_${server.pid}.ports`;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`nats-server ended with ${server.exitCode}`);
    const isThere = readdirSync(folder).includes(name);
    const [, port] = isThere
      ? (/:(\d+)"/.exec(readFileSync(path.join(folder, name), 'utf8')) ?? [])
      : [];
    if (port !== undefined) return Number(port);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
