import test from 'ava';
import { openDelivery } from '../../../coordinator/progress/delivery.ts';
import { createTelling } from '../../../coordinator/progress/telling.ts';
import { NatsProblem } from '../../../shared/nats/problem.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';
import { scriptedServer } from './scripted-link.ts';

const [first, second, third] = recordedEvents() as [never, never, never];
const { signal } = new AbortController();

function setUp() {
  const server = scriptedServer();
  const told: string[] = [];
  const telling = createTelling({
    where: 'nats://there:4222',
    onNote: (text) => told.push(`note: ${text}`),
    onTrouble: (text) => told.push(`trouble: ${text}`),
  });
  return { server, told, delivery: openDelivery({ connect: server.connect, telling }) };
}

test('events go into the stream, over one connection', async (t) => {
  const { server, told, delivery } = setUp();
  for (const event of [first, second]) t.true(await delivery.deliver(event, signal));
  t.deepEqual(server.log, ['store a-run:1', 'store a-run:2']);
  t.is(server.links, 1);
  t.deepEqual(told, []);
});

test('a server that is away is tried until it is back; each is told once', async (t) => {
  const { server, told, delivery } = setUp();
  server.isUp = false;
  const waiting = delivery.deliver(first, signal);
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
  server.isUp = true;
  t.true(await waiting);
  t.deepEqual(server.log, ['store a-run:1']);
  t.deepEqual(told, [
    'trouble: progress does not reach NATS at nats://there:4222: nobody there; the run goes on, and keeps trying',
    'note: progress reaches NATS at nats://there:4222 now',
  ]);
});

test('an event whose fate is not known is sent again, with the same id', async (t) => {
  const { server, delivery } = setUp();
  await delivery.deliver(first, signal);
  server.failures.push(new NatsProblem('unreachable', 'no answer'));
  t.true(await delivery.deliver(second, signal));
  t.deepEqual(server.log, ['store a-run:1', 'store a-run:2']);
  t.is(server.links, 2, 'a connection that failed is replaced');
});

test('without JetStream events go to whoever listens, which is told once', async (t) => {
  const { server, told, delivery } = setUp();
  server.hasJetStream = false;
  for (const event of [first, second]) t.true(await delivery.deliver(event, signal));
  t.deepEqual(server.log, [
    'publish foldwise.v1.a-run.run.started',
    'publish foldwise.v1.a-run.run.worker-joined',
  ]);
  t.is(told.length, 1);
  t.regex(told[0]!, /^note: .*keeps no history \(no JetStream\)/);
});

test('a stream that somebody removes is made again', async (t) => {
  const { server, told, delivery } = setUp();
  await delivery.deliver(first, signal);
  server.hasStream = false;
  await delivery.deliver(second, signal);
  t.deepEqual(server.log, ['store a-run:1', 'store a-run:2']);
  t.deepEqual(told, []);
});

test('an event that is too large for the server is left out, and the next one goes', async (t) => {
  const { server, told, delivery } = setUp();
  server.failures.push(new NatsProblem('too large', 'the message is larger than it takes'));
  t.false(await delivery.deliver(first, signal));
  t.true(await delivery.deliver(second, signal));
  t.deepEqual(server.log, ['store a-run:2']);
  t.is(server.links, 1);
  t.regex(told[0]!, /larger than it takes/);
});

test('giving up ends the trying', async (t) => {
  const { server, told, delivery } = setUp();
  server.isUp = false;
  const giveUp = new AbortController();
  const waiting = delivery.deliver(third, giveUp.signal);
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
  giveUp.abort(new Error('time is up'));
  await t.throwsAsync(waiting, { message: 'time is up' });
});

test('a connection that is lost while nothing is sent is replaced without further ado', async (t) => {
  const { server, told, delivery } = setUp();
  await delivery.deliver(first, signal);
  await delivery.close(1);
  t.true(await delivery.deliver(second, signal));
  t.is(server.links, 2);
  t.deepEqual(told, []);
});

test('what a server says is told without what a terminal would obey', (t) => {
  const told: string[] = [];
  const onTrouble = (text: string): void => void told.push(text);
  const telling = createTelling({ where: 'there', onNote: onTrouble, onTrouble });
  telling.denied('publish of "\u{1b}[2J"');
  telling.denied('publish of "another"');
  telling.withoutHistory('\u{9b}2J');
  t.is(told.length, 2, 'denials are told once');
  t.notRegex(told.join(), /\p{Cc}/u);
});
