import test from 'ava';
import { Heartbeats } from '../../worker/heartbeat.ts';

const id = { task: 'fold', fold: 0, attempt: 1 } as const;
const HOUR = 3_600_000;

test('the first heartbeat leaves at once, and the answer to one is about what that one named', (t) => {
  const sent: number[] = [];
  const heart = new Heartbeats({
    ...{ heartbeatMs: HOUR, leaseMs: HOUR },
    send: (number) => {
      sent.push(number);
      return id;
    },
    onSilence: () => t.fail(),
  });
  heart.start();
  t.deepEqual(sent, [1]);
  t.deepEqual(heart.answered(1), id);
  t.is(heart.answered(1), null, 'a second answer to the same one is about nothing');
  heart.stop();
});

test('heartbeats are counted, and go on; one that is not answered for a third of the lease is told', async (t) => {
  const sent: number[] = [];
  await new Promise<void>((resolve) => {
    const heart = new Heartbeats({
      ...{ heartbeatMs: 1, leaseMs: 60 },
      send: (number) => {
        sent.push(number);
        // All but the third are answered.
        if (number !== 3) queueMicrotask(() => heart.answered(number === 1 ? 1 : 2));
        return null;
      },
      onSilence: (silenceMs) => {
        t.is(silenceMs, 20);
        heart.stop();
        resolve();
      },
    });
    heart.start();
  });
  t.deepEqual(
    sent,
    sent.map((_, index) => index + 1),
  );
  t.true(sent.length >= 3);
});
