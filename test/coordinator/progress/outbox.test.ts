import test from 'ava';
import fc from 'fast-check';
import { openOutbox } from '../../../coordinator/progress/outbox.ts';
import type { RecordedEvent } from '../../../shared/events.ts';
import { recordedEvents } from '../../helpers/recorded-events.ts';

const LONG_MS = 60_000;
const [first] = recordedEvents();
const numbered = (sequence: number): RecordedEvent => ({ ...first!, sequence });

test('events are delivered one at a time, in the order they were sent', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 50 }), fc.scheduler(), async (count, scheduler) => {
      const delivered: number[] = [];
      let busy = 0;
      const outbox = openOutbox(async ({ sequence }) => {
        busy += 1;
        t.is(busy, 1);
        await scheduler.schedule(Promise.resolve());
        delivered.push(sequence);
        busy -= 1;
        return true;
      });
      for (let index = 0; index < count; index += 1) outbox.send(numbered(index));
      const drained = outbox.drain(LONG_MS);
      await scheduler.waitFor(drained);
      t.is(await drained, 0);
      t.deepEqual(
        delivered,
        Array.from({ length: count }, (_, index) => index),
      );
    }),
    { numRuns: 30 },
  );
});

test('thousands of waiting events keep their order', async (t) => {
  const delivered: number[] = [];
  const outbox = openOutbox(({ sequence }) => {
    delivered.push(sequence);
    return Promise.resolve(true);
  });
  for (let index = 0; index < 5_000; index += 1) outbox.send(numbered(index));
  t.is(await outbox.drain(LONG_MS), 0);
  t.is(delivered.length, 5_000);
  t.true(delivered.every((sequence, index) => sequence === index));
});

test('an event sent while nothing waits is delivered too', async (t) => {
  let delivered = 0;
  const outbox = openOutbox(() => Promise.resolve((delivered += 1) > 0));
  outbox.send(numbered(1));
  await new Promise((resolve) => setImmediate(resolve));
  outbox.send(numbered(2));
  t.is(await outbox.drain(LONG_MS), 0);
  t.is(delivered, 2);
});

test('when time is up, what was not delivered is counted and given up', async (t) => {
  let given: AbortSignal | undefined;
  const outbox = openOutbox(({ sequence }, signal) => {
    given = signal;
    return sequence === 1 ? Promise.resolve(true) : new Promise(() => undefined);
  });
  for (const sequence of [1, 2, 3, 4]) outbox.send(numbered(sequence));
  t.is(await outbox.drain(1), 3);
  t.true(given?.aborted);
});

test('what never can be delivered is counted, and the rest goes on', async (t) => {
  const delivered: number[] = [];
  const outbox = openOutbox(({ sequence }) => {
    delivered.push(sequence);
    return Promise.resolve(sequence !== 2);
  });
  for (const sequence of [1, 2, 3]) outbox.send(numbered(sequence));
  t.is(await outbox.drain(LONG_MS), 1);
  t.deepEqual(delivered, [1, 2, 3]);
});

test('a delivery that fails for good never reaches the sender', async (t) => {
  const outbox = openOutbox(() => Promise.reject(new Error('broken')));
  t.notThrows(() => outbox.send(numbered(1)));
  await new Promise((resolve) => setImmediate(resolve));
  t.notThrows(() => outbox.send(numbered(2)));
  t.is(await outbox.drain(LONG_MS), 2);
});
