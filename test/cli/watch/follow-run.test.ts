import type { ExecutionContext } from 'ava';
import type { NatsConnection } from 'nats';
import { createConnector } from '../../../cli/watch/connect.ts';
import { followRun } from '../../../cli/watch/follow-run.ts';
import { openChannel } from '../../../coordinator/progress/channel.ts';
import { asRunId } from '../../../shared/domain.ts';
import { FoldwiseError } from '../../../shared/errors.ts';
import { toMessage } from '../../../shared/event-message.ts';
import type { RecordedEvent, RunEnding } from '../../../shared/events.ts';
import type { NatsAccess } from '../../../shared/nats/access.ts';
import { connectNats } from '../../../shared/nats/client.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';
import { natsTest, withNatsServer, type NatsServer } from '../../helpers/with-nats-server.ts';

interface Watching {
  readonly seen: RecordedEvent[];
  readonly said: string[];
  readonly ending: Promise<RunEnding>;
  readonly stop: (reason: Error) => void;
}

function watch(access: NatsAccess, run?: string): Watching {
  const seen: RecordedEvent[] = [];
  const said: string[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const say = (line: string): void => void said.push(line);
  const ending = followRun({
    connect: createConnector({ access, shown: 'there', signal, say }),
    run: run === undefined ? undefined : asRunId(run),
    viewer: { event: (event) => seen.push(event), say, close: () => undefined },
    signal,
  });
  // It may reject before the test looks.
  ending.catch(() => undefined);
  return { seen, said, ending, stop: (reason) => controller.abort(reason) };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** A story that ends well: what follows run.finished is left out. */
function story(run = 'a-run'): RecordedEvent[] {
  const events = recordedEvents(run);
  return events.slice(0, events.findIndex(({ type }) => type === 'run.finished') + 1);
}

async function publish(access: NatsAccess, events: readonly RecordedEvent[]): Promise<void> {
  const { signal } = new AbortController();
  const denied: string[] = [];
  const link = await connectNats(access, { signal, onDenied: (what) => void denied.push(what) });
  const channel = await openChannel(link, () => undefined);
  for (const event of events) await channel.put(toMessage(event));
  await channel.settle(1);
  await link.close();
  if (denied.length > 0) throw new Error(`denied: ${denied.join()}`);
}

async function sees(t: ExecutionContext, { seen, ending }: Watching, events = story()) {
  t.is((await ending).type, 'run.finished');
  t.deepEqual(seen, events);
}

natsTest('who comes late is told the whole story, and leaves at its end', async (t) => {
  await withNatsServer(async ({ access }) => {
    await publish(access, story());
    await sees(t, watch(access, 'a-run'));
    const watching = watch(access);
    await sees(t, watching);
    t.deepEqual(watching.said, ['watching run a-run']);
  });
});

natsTest('who comes in the middle misses nothing of either half', async (t) => {
  await withNatsServer(async ({ access }) => {
    await publish(access, story().slice(0, 5));
    const watching = watch(access, 'a-run');
    await until(() => watching.seen.length === 5);
    await publish(access, story().slice(5));
    await sees(t, watching);
    t.deepEqual(watching.said, []);
  });
});

natsTest('who comes before everything waits, says so, and sees the first event', async (t) => {
  await withNatsServer(async ({ access }) => {
    const one = watch(access, 'a-run');
    const any = watch(access);
    await until(() => one.said.length > 0 && any.said.length > 0);
    await publish(access, story());
    await sees(t, one);
    await sees(t, any);
    t.deepEqual(one.said, ['nothing is known of run a-run yet; waiting for it']);
    t.deepEqual(any.said, ['waiting for something to happen']);
  });
});

natsTest('without a run, the one that started last is watched, not the others', async (t) => {
  await withNatsServer(async ({ access }) => {
    const [older, newer] = [story('older'), story('newer')];
    await publish(access, older.slice(0, 3));
    await publish(access, newer.slice(0, 3));
    const watching = watch(access);
    await until(() => watching.seen.length === 3);
    await publish(access, older.slice(3));
    await publish(access, newer.slice(3));
    await sees(t, watching, newer);
    t.deepEqual(watching.said, ['watching run newer']);
  });
});

natsTest('an unknown run is waited for while others come and go', async (t) => {
  await withNatsServer(async ({ access }) => {
    await publish(access, story('other'));
    const watching = watch(access, 'a-run');
    await until(() => watching.said.length > 0);
    t.deepEqual(watching.said, ['nothing is known of run a-run yet; waiting for it']);
    await publish(access, story());
    await sees(t, watching);
  });
});

natsTest('a server that is killed and started again costs no event and repeats none', async (t) => {
  await withNatsServer(async (server) => {
    const { access } = server;
    await publish(access, story().slice(0, 6));
    const watching = watch(access, 'a-run');
    await until(() => watching.seen.length === 6);
    await server.kill();
    await until(() => watching.said.some((line) => line.includes('out of reach')));
    await server.start();
    await publish(access, story().slice(6));
    await sees(t, watching);
    t.regex(watching.said[0]!, /connection to NATS was lost/);
    t.regex(watching.said.at(-1)!, /^connected to NATS/);
    t.is(watching.said.length, 3);
  });
});

natsTest('a server that comes later is waited for', async (t) => {
  await withNatsServer(
    async (server) => {
      const watching = watch(server.access, 'a-run');
      await until(() => watching.said.length > 0);
      t.regex(watching.said[0]!, /^NATS at there is out of reach \(.*ECONNREFUSED.*\); trying/);
      await server.start();
      await publish(server.access, story());
      await sees(t, watching);
    },
    { isStarted: false },
  );
});

natsTest(
  'without JetStream one sees the rest, and is told that something is missing',
  async (t) => {
    await withNatsServer(
      async ({ access }) => {
        const early = watch(access);
        await until(() => early.said.length > 1);
        await publish(access, story().slice(0, 4));
        await until(() => early.seen.length === 4);
        const late = watch(access, 'a-run');
        await until(() => late.said.length > 1);
        await publish(access, story().slice(4));
        await sees(t, early);
        await sees(t, late, story().slice(4));
        t.regex(early.said[0]!, /keeps no history \(it runs without JetStream\)/);
        t.deepEqual(late.said.slice(1), [
          'nothing is known of run a-run yet; waiting for it',
          'warning: events 1 to 4 are missing; events.ndjson of the run has all',
        ]);
      },
      { hasJetStream: false },
    );
  },
);

natsTest('a failed and a cancelled run end the watching with their reason', async (t) => {
  await withNatsServer(async ({ access }) => {
    for (const type of ['run.failed', 'run.cancelled'] as const) {
      const run = type.replace('.', '-');
      const event = recordedEvents(run).find((one) => one.type === type)!;
      await publish(access, [event]);
      t.deepEqual(await watch(access, run).ending, event as RunEnding);
    }
  });
});

natsTest('hostile messages are skipped with one warning, and the story goes on', async (t) => {
  await withNatsServer(async (server) => {
    const { access } = server;
    const [started, ...rest] = story();
    await publish(access, [started!]);
    const watching = watch(access, 'a-run');
    await until(() => watching.seen.length === 1);
    await publishHostile(await server.client());
    await publish(access, rest);
    await sees(t, watching);
    t.is(watching.said.length, 1);
    t.regex(watching.said[0]!, /^warning: a message was skipped/);
    t.notRegex(watching.said[0]!, /\p{Cc}/u);
    const newcomer = watch(access);
    await sees(t, newcomer);
    t.true(newcomer.said.includes('watching run a-run'), 'a forged start names no run');
  });
});

async function publishHostile(client: NatsConnection): Promise<void> {
  const { payload } = toMessage(recordedEvents()[0]!);
  const subject = 'foldwise.v1.a-run.run.started';
  client.publish(subject, '\u{1b}[2Jnot JSON');
  client.publish(subject, Uint8Array.of(0xff, 0xfe, 0x00));
  client.publish(subject, '');
  client.publish(subject, '['.repeat(900_000));
  client.publish(subject, payload.replace('"k":3', '"k":1000000000'));
  client.publish(subject, payload.replace('"a-run"', '"b-run"'));
  client.publish('foldwise.v1.a-run.run.finished', payload);
  client.publish('foldwise.v1.a-run.fold.0.epoch', '{"type":"fold.epoch"}');
  client.publish('foldwise.v1.a-run.fold.0.dream', '{}');
  client.publish('foldwise.v1.zzz.run.started', '{}');
  client.publish('foldwise.v1.\u{9b}2J.run.started', payload);
  await client.flush();
}

const silent = async (server: NatsServer): Promise<Watching> => {
  const watching = watch(server.access);
  await until(() => watching.said.length > 0);
  return watching;
};

natsTest('asked to stop, it stops, connected or not', async (t) => {
  await withNatsServer(async (server) => {
    const connected = await silent(server);
    connected.stop(new Error('enough'));
    await t.throwsAsync(connected.ending, { message: 'enough' });
    await server.kill();
    const trying = await silent(server);
    trying.stop(new Error('enough'));
    await t.throwsAsync(trying.ending, { message: 'enough' });
  });
});

const LEAST = `authorization { users: [
  { user: "coordinator", password: "pen", permissions: {
    publish: ["foldwise.v1.>", "$JS.API.STREAM.>", "$JS.API.CONSUMER.LIST.>"], subscribe: ["_INBOX.>"] } }
  { user: "watcher", password: "eye", permissions: {
    publish: ["$JS.API.STREAM.NAMES", "$JS.API.CONSUMER.>"], subscribe: ["foldwise.v1.>", "_INBOX.>"] } }
] }`;

natsTest('the documented permissions are enough', async (t) => {
  await withNatsServer(
    async ({ access }) => {
      const as = (user: string, password: string): NatsAccess => ({
        ...access,
        credentials: { kind: 'user', user, password },
      });
      await publish(as('coordinator', 'pen'), story());
      const watching = watch(as('watcher', 'eye'));
      await sees(t, watching);
      t.deepEqual(watching.said, ['watching run a-run']);
    },
    { config: LEAST },
  );
});

natsTest('who is not let in is told how to show who one is', async (t) => {
  await withNatsServer(
    async ({ access }) => {
      const error = await t.throwsAsync(watch(access).ending, { instanceOf: FoldwiseError });
      t.regex(error.message, /^NATS at there: it refuses these credentials; say --nats-creds FILE/);
    },
    { config: 'authorization { token: "s3cret" }' },
  );
});
