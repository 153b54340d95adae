import test from 'ava';
import { createLeaseClock } from '../../../coordinator/scheduler/lease-clock.ts';

test('time passes on the lease clock as on the monotonic one, while it ticks', (t) => {
  let realMs = 1_000_000;
  const clock = createLeaseClock(() => realMs, 2_000);
  for (let second = 1; second <= 60; second += 1) {
    realMs += 999;
    t.is(clock.nowMs(), second * 1_000 - 1);
    realMs += 1;
    clock.tick();
    t.is(clock.nowMs(), second * 1_000);
  }
});

test('an hour in which nothing ticks counts as the longest step', (t) => {
  let realMs = 0;
  const clock = createLeaseClock(() => realMs, 2_000);
  realMs += 3_600_000;
  t.is(clock.nowMs(), 2_000);
  clock.tick();
  realMs += 500;
  t.is(clock.nowMs(), 2_500);
});

test('it never goes back', (t) => {
  let realMs = 0;
  const clock = createLeaseClock(() => realMs, 100);
  let last = clock.nowMs();
  for (const stepMs of [10, 90, 1, 5_000, 0, 30, 100, 101, 7]) {
    realMs += stepMs;
    t.true(clock.nowMs() >= last);
    last = clock.nowMs();
    clock.tick();
    t.true(clock.nowMs() >= last);
    last = clock.nowMs();
  }
});
