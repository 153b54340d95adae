import {
  AckPolicy,
  connect,
  credsAuthenticator,
  DeliverPolicy,
  DiscardPolicy,
  headers,
  nanos,
  nkeyAuthenticator,
  StorageType,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type JetStreamManager,
  type NatsConnection,
} from 'nats';
import { asError } from '../errors.ts';
import type { NatsAccess, NatsCredentials } from './access.ts';
import type { Feed, NatsLink, NatsMessage, StreamSettings } from './link.ts';
import { NatsProblem } from './problem.ts';
import { tlsOptionsOf } from './tls.ts';
import {
  connectProblemOf,
  isNoAnswer,
  isNoStreamYet,
  isOverlap,
  isStreamMissing,
  problemOf,
  whyNoStream,
} from './translate-error.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 5_000;
/** A server that is silent for three of these is gone. */
const PING_MS = 10_000;

export interface ConnectOptions {
  readonly signal: AbortSignal;
  /** The server does not allow something; it says so apart from the call that asked for it. */
  readonly onDenied: (what: string) => void;
}

/**
 * Connects to the first server that answers. The only place that knows the package `nats`: another
 * client, such as its successor `@nats-io/transport-node`, takes its place by another such function.
 *
 * @throws NatsProblem; the reason of the signal
 */
export async function connectNats(
  access: NatsAccess,
  { signal, onDenied }: ConnectOptions,
): Promise<NatsLink> {
  let isTrusted = false;
  const connecting = optionsOf(access, () => (isTrusted = true)).then(connect);
  const connection = await unlessAborted(connecting, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw connectProblemOf(error, isTrusted);
  });
  void tellDenied(connection, onDenied);
  return linkOf(connection, await connection.jetstreamManager({ checkAPI: false }));
}

async function optionsOf(access: NatsAccess, onTrusted: () => void): Promise<ConnectionOptions> {
  const { servers, credentials } = access;
  const tls = await tlsOptionsOf(access, onTrusted);
  return {
    servers: [...servers],
    name: 'foldwise',
    authenticator: authenticatorOf(credentials),
    reconnect: false,
    noRandomize: true,
    ignoreClusterUpdates: true,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_MS,
    noAsyncTraces: true,
    ...(tls && { tls }),
  };
}

function authenticatorOf(credentials: NatsCredentials): Authenticator[] {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (credentials.kind) {
    case 'none':
      return [];
    case 'creds':
      return [credsAuthenticator(bytes(credentials.creds))];
    case 'nkey':
      return [nkeyAuthenticator(bytes(credentials.seed))];
    case 'user':
      return [usernamePasswordAuthenticator(credentials.user, credentials.password)];
    case 'token':
      return [tokenAuthenticator(credentials.token)];
  }
}

async function unlessAborted(
  connecting: Promise<NatsConnection>,
  signal: AbortSignal,
): Promise<NatsConnection> {
  let abort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(asError(signal.reason));
  });
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([connecting, aborted]);
  } catch (error) {
    void connecting.then((late) => late.close()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function tellDenied(
  connection: NatsConnection,
  onDenied: ConnectOptions['onDenied'],
): Promise<void> {
  for await (const status of connection.status()) {
    const { operation, subject } = status.permissionContext ?? {};
    if (operation) onDenied(`${operation} of "${subject}"`);
  }
}

/** Flushes, and rejects when the connection is gone, where the package would wait for ever. */
function createFlush(connection: NatsConnection): () => Promise<void> {
  const waiting = new Set<(reason: Error) => void>();
  const lost = new NatsProblem('unreachable', 'the connection was lost');
  void connection.closed().then(() => waiting.forEach((reject) => reject(lost)));
  return () =>
    new Promise((resolve, reject) => {
      waiting.add(reject);
      const settled = (): boolean => waiting.delete(reject);
      connection.flush().then(resolve, reject).finally(settled).catch(reject);
    });
}

function linkOf(connection: NatsConnection, manager: JetStreamManager): NatsLink {
  const flush = createFlush(connection);
  const jetstream = connection.jetstream({ timeout: ANSWER_TIMEOUT_MS });
  return {
    server: connection.getServer(),
    closed: connection.closed().then(() => undefined),
    publish: async (subject, payload, id) => {
      const named = headers();
      named.set('Nats-Msg-Id', id);
      try {
        connection.publish(subject, payload, { headers: named });
        await flush();
      } catch (error) {
        throw problemOf(error);
      }
    },
    store: async (subject, payload, id) => {
      try {
        await jetstream.publish(subject, payload, { msgID: id, timeout: ANSWER_TIMEOUT_MS });
        return true;
      } catch (error) {
        if (isNoAnswer(error)) return false;
        throw problemOf(error);
      }
    },
    ensureStream: (settings) => ensureStream(manager, settings),
    follow: (filter) => follow({ connection, manager, flush }, filter),
    hasDelivered: async (stream) => {
      for await (const { num_pending } of manager.consumers.list(stream)) {
        if (num_pending > 0) return false;
      }
      return true;
    },
    close: () => connection.close(),
  };
}

async function ensureStream(manager: JetStreamManager, settings: StreamSettings) {
  const { name, description, subject, maxAgeMs, maxBytes, duplicateWindowMs } = settings;
  try {
    await manager.streams.info(name).catch(async (error: unknown) => {
      if (!isStreamMissing(error)) throw error;
      await manager.streams.add({
        ...{ name, description, subjects: [subject], max_bytes: maxBytes },
        ...{ storage: StorageType.File, discard: DiscardPolicy.Old },
        ...{ max_age: nanos(maxAgeMs), duplicate_window: nanos(duplicateWindowMs) },
      });
    });
    return undefined;
  } catch (error) {
    // Another stream has these subjects, which is as good.
    if (isOverlap(error)) return undefined;
    return { why: whyNoStream(error) };
  }
}

interface Open {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly flush: () => Promise<void>;
}

/** Listens first and looks for a stream then, so that nothing passes in between. */
async function follow(open: Open, filter: string): Promise<Feed> {
  const { connection, flush } = open;
  try {
    const live = connection.subscribe(filter);
    await flush();
    const kept = await followStream(open, filter).catch((error: unknown) => {
      if (connection.isClosed()) throw error;
      const history = isNoStreamYet(error) ? ('none yet' as const) : ('none' as const);
      return { history, backlog: 0, messages: messagesOf(live), why: whyNoStream(error) };
    });
    if (kept.history === 'kept') live.unsubscribe();
    return kept;
  } catch (error) {
    throw problemOf(error);
  }
}

async function followStream({ connection, manager }: Open, filter: string): Promise<Feed> {
  const stream = await manager.streams.find(filter);
  const { name, num_pending } = await manager.consumers.add(stream, {
    ...{ filter_subject: filter, deliver_policy: DeliverPolicy.All, ack_policy: AckPolicy.None },
    ...{ mem_storage: true, num_replicas: 1, inactive_threshold: nanos(60_000) },
  });
  const consumer = await connection.jetstream().consumers.get(stream, name);
  const messages = await consumer.consume({
    ...{ max_messages: 500, expires: 10_000, idle_heartbeat: 2_000 },
    abort_on_missing_resource: true,
  });
  void connection.closed().then(() => messages.close());
  return { history: 'kept', backlog: num_pending, messages: messagesOf(messages) };
}

/** Ends where the source fails: whoever follows begins anew, and finds out why. */
async function* messagesOf(source: AsyncIterable<NatsMessage>): AsyncGenerator<NatsMessage> {
  try {
    for await (const { subject, data } of source) yield { subject, data };
  } catch {
    // See above.
  }
}
