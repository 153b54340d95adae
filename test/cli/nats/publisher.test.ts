import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { openPublisher, type PublisherOptions } from '../../../cli/nats/publisher.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';
import { natsTest, withNatsServer } from '../../helpers/with-nats-server.ts';
import { withFolder } from '../command-line.ts';

function open(options: Partial<PublisherOptions>) {
  const told: string[] = [];
  const publisher = openPublisher({
    ...{ target: { kind: 'none' }, logDir: '/nonexistent', env: process.env },
    signal: new AbortController().signal,
    onNote: (text) => told.push(`note: ${text}`),
    onWarning: (text) => told.push(text),
    ...options,
  });
  return { publisher, told };
}

const auto = { kind: 'auto' } as const;

test('none publishes nothing and says nothing', async (t) => {
  const { publisher, told } = open({});
  recordedEvents().forEach(publisher.send);
  await publisher.close('finished');
  t.deepEqual(told, []);
});

test('without a nats-server there is one note', async (t) => {
  const { publisher, told } = open({ target: auto, find: () => undefined });
  recordedEvents().forEach(publisher.send);
  await publisher.close('finished');
  t.deepEqual(told, [
    'note: no nats-server found: "foldwise watch" needs one (Debian, Ubuntu: package nats-server)',
  ]);
});

test('a nats-server that does not start is a warning', async (t) => {
  await withFolder(async (folder) => {
    const program = path.join(folder, 'nats-server');
    await writeFile(program, '#!/bin/sh\nexit 1\n');
    await chmod(program, 0o755);
    const { publisher, told } = open({ target: auto, find: () => program, logDir: folder });
    recordedEvents().forEach(publisher.send);
    await publisher.close('finished');
    t.is(told.length, 1);
    t.regex(told[0]!, /^warning: "foldwise watch" cannot follow: nats-server ended at once; see /);
  });
});

natsTest('a server of our own is named, so that one can watch', async (t) => {
  await withFolder(async (folder) => {
    const { publisher, told } = open({ target: auto, logDir: folder });
    recordedEvents().forEach(publisher.send);
    await publisher.close('finished');
    t.is(told.length, 1);
    t.regex(told[0]!, /^note: .*npx foldwise watch --nats nats:\/\/127\.0\.0\.1:\d+$/);
  });
});

natsTest('a server out of reach is a warning, and at the end what was not delivered', async (t) => {
  await withNatsServer(
    async ({ access, url }) => {
      const target = { kind: 'servers', access, shown: url } as const;
      const { publisher, told } = open({ target });
      recordedEvents().forEach(publisher.send);
      await publisher.close('stopped');
      t.is(told.length, 2);
      t.regex(
        told[0]!,
        /^warning: progress does not reach NATS at nats:.*ECONNREFUSED.*keeps trying/,
      );
      const count = recordedEvents().length;
      t.true(told[1]!.startsWith(`warning: ${count} events did not reach NATS at nats:`), told[1]);
      t.regex(told[1]!, /events\.ndjson has all, and --resume sends them$/);
    },
    { isStarted: false },
  );
});
