import test from 'ava';
import fc from 'fast-check';
import { Durations } from '../../../coordinator/scheduler/durations.ts';

const of = (all: readonly number[]): Durations =>
  all.reduce((durations, ms) => durations.plus(ms), new Durations());

/** @param values - at least one */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

test('the median is that of all there are, at any time', (t) => {
  // Some of them alike, some nearly so, some far apart.
  const ms = fc.oneof(fc.nat(3), fc.nat(300), fc.nat(2 ** 32 - 1));
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 60 }), (all) => {
      let durations = new Durations();
      for (const [place, one] of all.entries()) {
        durations = durations.plus(one);
        t.is(durations.count, place + 1);
        t.is(durations.median(), median(all.slice(0, place + 1)));
      }
    }),
  );
});

test('of none there is no median', (t) => {
  t.is(new Durations().median(), null);
  t.is(new Durations().count, 0);
});

test('one more leaves those before as they were', (t) => {
  const few = of([1, 1000]);
  few.plus(7);
  t.is(few.median(), 500.5);
});

test('parts of a millisecond, and what no run takes, are rounded', (t) => {
  t.is(of([1.4]).median(), 1);
  t.is(of([-5]).median(), 0);
  t.is(of([1e15]).median(), 2 ** 32 - 1);
});
