import fc from 'fast-check';
import test from 'ava';
import {
  epochTicks,
  labelStride,
  lossScale,
  shareScale,
} from '../../../../coordinator/report/figures/scale.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const loss = fc.double({ min: 0, max: 1e6, noNaN: true });
const several = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 30 });

test('a scale of shares holds all values and stays within 0 and 1', (t) => {
  fc.assert(
    fc.property(several(share), (values) => {
      const { low, high } = shareScale(values);
      t.true(low >= 0 && high <= 1 && low < high);
      t.true(low <= Math.min(...values) + 1e-9 && Math.max(...values) <= high + 1e-9);
    }),
  );
});

test('a scale of losses starts at zero and holds all values', (t) => {
  fc.assert(
    fc.property(several(loss), (values) => {
      const { low, high, step } = lossScale(values);
      t.is(low, 0);
      t.true(Math.max(...values) <= high * (1 + 1e-9));
      t.true(high / step <= 11, 'not crowded');
    }),
  );
});

test('scales hold more values than a call has room for arguments', (t) => {
  const values = Array.from({ length: 300_000 }, (_, index) => index / 300_000);
  t.is(lossScale(values).high, 1);
  t.is(shareScale(values).low, 0);
});

test('scales end on round numbers', (t) => {
  t.deepEqual(shareScale([0.803, 0.915]), { low: 0.8, high: 0.95, step: 0.05 });
  t.deepEqual(lossScale([0.57, 0.24]), { low: 0, high: 0.6, step: 0.2 });
});

test('equal values still get a scale of some width', (t) => {
  const { low, high } = shareScale([0.9, 0.9]);
  t.true(low < 0.9 && high > 0.9);
  t.true(shareScale([1]).low < 1);
  t.true(lossScale([0]).high > 0);
});

test('the first epoch and round ones are labelled', (t) => {
  t.deepEqual(epochTicks(1), [1]);
  t.deepEqual(epochTicks(4), [1, 2, 3, 4]);
  t.deepEqual(epochTicks(15), [1, 5, 10, 15]);
  t.deepEqual(epochTicks(200), [1, 50, 100, 150, 200]);
});

test('epoch labels lie within the epochs and are few', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (epochs) => {
      const ticks = epochTicks(epochs);
      t.true(ticks.length <= 8);
      t.true(ticks.every((tick) => tick >= 1 && tick <= epochs));
      t.is(new Set(ticks).size, ticks.length);
    }),
  );
});

test('labels are thinned until they fit', (t) => {
  t.is(labelStride(10, 350, 15), 1);
  t.is(labelStride(256, 640, 15), 6);
});
