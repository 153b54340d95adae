import test from 'ava';
import fc from 'fast-check';
import { fullAllowance, spend, type Allowance } from '../../coordinator/security/rate.ts';

const limit = { perSecond: 200, burst: 1000 };

/** How many of the messages that arrive at these times are let through. */
function passed(times: readonly number[]): number {
  let allowance: Allowance | null = fullAllowance(limit, times[0] ?? 0);
  let count = 0;
  for (const nowMs of times) {
    allowance = spend(allowance, limit, nowMs);
    if (allowance === null) return count;
    count += 1;
  }
  return count;
}

test('a burst passes, and no message more', (t) => {
  t.is(passed(Array.from({ length: 5000 }, () => 7)), 1000);
});

test('what is left fills up with time, to the burst at most', (t) => {
  const spent = { left: 0, atMs: 0 };
  t.is(spend(spent, limit, 4), null);
  t.like(spend(spent, limit, 5), { left: 0 });
  t.like(spend(spent, limit, 1000), { left: 199 });
  t.like(spend(spent, limit, 1e9), { left: 999 });
});

test('a clock that goes back gives nothing', (t) => {
  t.is(spend({ left: 0.5, atMs: 1000 }, limit, 0), null);
  t.deepEqual(spend({ left: 1, atMs: 1000 }, limit, 0), { left: 0, atMs: 1000 });
});

test('a worker within its rate is never stopped, one above it always is', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 100 }), (everyMs) => {
      t.is(passed(Array.from({ length: 3000 }, (_, index) => index * everyMs)), 3000);
    }),
    { numRuns: 20 },
  );
  // 250 a second: 50 more than allowed, so the burst lasts 20 seconds.
  const count = passed(Array.from({ length: 10_000 }, (_, index) => index * 4));
  t.true(count > 4900 && count < 5100, String(count));
});
