import test, { type ExecutionContext } from 'ava';
import { EVENT_STREAM } from '../../../coordinator/progress/channel.ts';
import { openDelivery, type Delivery } from '../../../coordinator/progress/delivery.ts';
import { openOutbox, type Outbox } from '../../../coordinator/progress/outbox.ts';
import { createTelling } from '../../../coordinator/progress/telling.ts';
import { eventSchema } from '../../../shared/events-schema.ts';
import type { RecordedEvent } from '../../../shared/events.ts';
import type { NatsAccess, NatsCredentials } from '../../../shared/nats/access.ts';
import { connectNats } from '../../../shared/nats/client.ts';
import { subjectOf } from '../../../shared/subjects.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';
import { natsTest, withNatsServer, type NatsServer } from '../../helpers/with-nats-server.ts';

const LONG_MS = 60_000;

interface Publishing {
  readonly outbox: Outbox;
  readonly delivery: Delivery;
  readonly told: string[];
}

function publishTo(access: NatsAccess): Publishing {
  const told: string[] = [];
  const telling = createTelling({
    where: 'there',
    onNote: (text) => told.push(text),
    onTrouble: (text) => told.push(text),
  });
  const connect = (signal: AbortSignal) =>
    connectNats(access, { signal, onDenied: telling.denied });
  const delivery = openDelivery({ connect, telling });
  return { outbox: openOutbox(delivery.deliver), delivery, told };
}

/** Many events of one run, all of them different. */
function events(count: number): RecordedEvent[] {
  const [first] = recordedEvents();
  return Array.from({ length: count }, (_, index) => ({ ...first!, sequence: index + 1 }));
}

interface Stored {
  readonly subject: string;
  readonly text: string;
}

/** All that the stream holds, read by the plain package. */
async function stored({ client }: NatsServer): Promise<Stored[]> {
  const connection = await client();
  const manager = await connection.jetstreamManager();
  const { state } = await manager.streams.info(EVENT_STREAM.name);
  const found: Stored[] = [];
  if (state.messages === 0) return found;
  const consumer = await connection.jetstream().consumers.get(EVENT_STREAM.name);
  for await (const message of await consumer.fetch({ max_messages: state.messages })) {
    found.push({ subject: message.subject, text: message.string() });
  }
  return found;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

function sameStory(t: ExecutionContext, found: readonly Stored[], sent: readonly RecordedEvent[]) {
  t.deepEqual(
    found.map(({ text }) => text),
    sent.map((event) => JSON.stringify(event)),
  );
}

natsTest('events of every type lie in the stream, on their subjects, as sent', async (t) => {
  await withNatsServer(async (server) => {
    const { outbox, delivery, told } = publishTo(server.access);
    const sent = recordedEvents();
    sent.forEach(outbox.send);
    t.is(await outbox.drain(LONG_MS), 0);
    const found = await stored(server);
    sameStory(t, found, sent);
    t.deepEqual(
      found.map(({ subject }) => subject),
      sent.map(subjectOf),
    );
    for (const { text } of found) t.notThrows(() => eventSchema.parse(JSON.parse(text)));
    await delivery.close(1);
    t.deepEqual(told, []);
  });
});

natsTest('the stream has the documented settings', async (t) => {
  await withNatsServer(async (server) => {
    const { outbox, delivery } = publishTo(server.access);
    outbox.send(recordedEvents()[0]!);
    await outbox.drain(LONG_MS);
    const manager = await (await server.client()).jetstreamManager();
    const { config } = await manager.streams.info('FOLDWISE');
    t.like(config, {
      subjects: ['foldwise.v1.>'],
      storage: 'file',
      discard: 'old',
      retention: 'limits',
      max_age: 30 * 86_400 * 1e9,
      max_bytes: 134_217_728,
      duplicate_window: 3600 * 1e9,
    } as never);
    await delivery.close(1);
  });
});

natsTest('what is sent twice lies in the stream once', async (t) => {
  await withNatsServer(async (server) => {
    const sent = events(5);
    for (let round = 0; round < 2; round += 1) {
      const { outbox, delivery } = publishTo(server.access);
      sent.forEach(outbox.send);
      t.is(await outbox.drain(LONG_MS), 0);
      await delivery.close(1);
    }
    sameStory(t, await stored(server), sent);
  });
});

natsTest('a server that is killed and started again misses nothing', async (t) => {
  await withNatsServer(async (server) => {
    const { outbox, delivery, told } = publishTo(server.access);
    const sent = events(400);
    let acknowledged = 0;
    const counting = openOutbox(async (event, signal) => {
      const isDelivered = await delivery.deliver(event, signal);
      acknowledged += 1;
      return isDelivered;
    });
    sent.slice(0, 300).forEach(counting.send);
    await until(() => acknowledged >= 100);
    await server.kill();
    t.true(acknowledged < 300, 'it was killed in the middle');
    sent.slice(300).forEach(counting.send);
    await until(() => told.length > 0);
    await server.start();
    t.is(await counting.drain(LONG_MS), 0);
    sameStory(t, await stored(server), sent);
    t.regex(told[0]!, /does not reach/);
    t.regex(told[1]!, /reaches NATS at there now/);
    t.is(told.length, 2);
    t.is(await outbox.drain(LONG_MS), 0);
    await delivery.close(1);
  });
});

natsTest('what happens before the server is there arrives when it is', async (t) => {
  await withNatsServer(
    async (server) => {
      const { outbox, delivery, told } = publishTo(server.access);
      const sent = events(20);
      sent.forEach(outbox.send);
      await until(() => told.length > 0);
      t.regex(told[0]!, /ECONNREFUSED/);
      await server.start();
      t.is(await outbox.drain(LONG_MS), 0);
      sameStory(t, await stored(server), sent);
      await delivery.close(1);
    },
    { isStarted: false },
  );
});

natsTest('without JetStream, who listens hears everything, in order', async (t) => {
  await withNatsServer(
    async (server) => {
      const heard: string[] = [];
      const connection = await server.client();
      connection.subscribe('foldwise.v1.>', {
        callback: (_error, message) => void heard.push(message.string()),
      });
      await connection.flush();
      const { outbox, delivery, told } = publishTo(server.access);
      const sent = recordedEvents();
      sent.forEach(outbox.send);
      t.is(await outbox.drain(LONG_MS), 0);
      await until(() => heard.length >= sent.length);
      t.deepEqual(
        heard,
        sent.map((event) => JSON.stringify(event)),
      );
      t.deepEqual(told, [
        'NATS at there keeps no history (it runs without JetStream): late watchers see only the rest',
      ]);
      await delivery.close(1);
    },
    { hasJetStream: false },
  );
});

const USERS = `authorization { users: [
  { user: "writer", password: "pen" }
  { user: "reader", password: "eye", permissions: { publish: { deny: ["foldwise.>"] } } }
] }`;

const publishesAs = async (server: NatsServer, credentials: NatsCredentials, until_: RegExp) => {
  const { outbox, delivery, told } = publishTo({ ...server.access, credentials });
  outbox.send(recordedEvents()[0]!);
  await until(() => told.some((line) => until_.test(line)));
  const left = await outbox.drain(0);
  await delivery.close(1);
  return { left, told };
};

natsTest('who may not publish is told so once, with the subject', async (t) => {
  await withNatsServer(
    async (server) => {
      const reader = { kind: 'user', user: 'reader', password: 'eye' } as const;
      const { left, told } = await publishesAs(server, reader, /denies permission: publish/);
      t.is(left, 1);
      t.is(told.filter((line) => line.includes('foldwise.v1.a-run.run.started')).length, 1);
      t.notRegex(told.join(), /eye/);
    },
    { config: USERS },
  );
});

natsTest('who is not let in is told so, and the secret stays one', async (t) => {
  await withNatsServer(
    async (server) => {
      const wrong = { kind: 'user', user: 'writer', password: 's3cret' } as const;
      const { left, told } = await publishesAs(server, wrong, /refuses these credentials/);
      t.is(left, 1);
      t.notRegex(told.join(), /s3cret/);
    },
    { config: USERS },
  );
});

natsTest('user and password open the door', async (t) => {
  await withNatsServer(
    async (server) => {
      const credentials = { kind: 'user', user: 'writer', password: 'pen' } as const;
      const { outbox, delivery, told } = publishTo({ ...server.access, credentials });
      recordedEvents().forEach(outbox.send);
      t.is(await outbox.drain(LONG_MS), 0);
      await delivery.close(1);
      t.deepEqual(told, []);
    },
    { config: USERS },
  );
});

natsTest('an event larger than the server takes is counted, the rest arrives', async (t) => {
  await withNatsServer(
    async (server) => {
      const { outbox, delivery } = publishTo(server.access);
      const [first, second] = events(2);
      outbox.send({ ...first!, dataset: 'x'.repeat(5_000) } as RecordedEvent);
      outbox.send(second!);
      t.is(await outbox.drain(LONG_MS), 1);
      sameStory(t, await stored(server), [second!]);
      await delivery.close(1);
    },
    { config: 'max_payload: 4096' },
  );
});

test('connecting that is given up ends at once', async (t) => {
  const giveUp = new AbortController();
  // An address of the documentation, where nobody answers.
  const access: NatsAccess = { servers: ['192.0.2.1:4222'], credentials: { kind: 'none' } };
  const connecting = connectNats(access, { signal: giveUp.signal, onDenied: () => undefined });
  giveUp.abort(new Error('enough'));
  await t.throwsAsync(connecting, { message: 'enough' });
});
