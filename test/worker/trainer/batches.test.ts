import test from 'ava';
import fc from 'fast-check';
import {
  batchCount,
  batchesOf,
  epochOrder,
  evaluationBatchSize,
} from '../../../worker/trainer/batches.ts';

const ascending = (length: number) => Int32Array.from({ length }, (_, index) => index * 3);

test('how many images are scored at a time follows from their size and the network alone', (t) => {
  const square = (side: number, numbers = side * side * 32) =>
    evaluationBatchSize({ height: side, width: side, channels: 1 }, numbers);
  t.deepEqual(
    [1, 10, 28, 29, 56, 224, 512, 4096].map((side) => square(side)),
    [1000, 1000, 1000, 932, 250, 15, 2, 1],
  );
  t.deepEqual(
    [2 ** 18, 2 ** 20, 2 ** 30].map((numbers) => square(28, numbers)),
    [1000, 256, 1],
  );
});

test('batches hold every index once, in order, and all but the last are full', (t) => {
  const property = fc.property(fc.nat(50), fc.integer({ min: 1, max: 60 }), (length, size) => {
    const indices = ascending(length);
    const batches = [...batchesOf(indices, size)];
    t.deepEqual(
      batches.flatMap((batch) => [...batch]),
      [...indices],
    );
    t.is(batches.length, batchCount(length, size));
    t.true(batches.slice(0, -1).every((batch) => batch.length === size));
  });
  fc.assert(property);
  t.pass();
});

test('an epoch sees every training image once, in an order of its own', (t) => {
  const indices = ascending(40);
  const order = (seed: number, fold: number, epoch: number) => [
    ...epochOrder(indices, { seed, fold, epoch }),
  ];
  t.deepEqual(
    order(1, 0, 1).sort((a, b) => a - b),
    [...indices],
  );
  t.deepEqual(order(1, 0, 1), order(1, 0, 1));
  const orders = [order(1, 0, 1), order(2, 0, 1), order(1, 1, 1), order(1, 0, 2)];
  t.is(new Set(orders.map(String)).size, 4);
});

test('drawing an order leaves the training indices as they are', (t) => {
  const indices = ascending(10);
  epochOrder(indices, { seed: 1, fold: 0, epoch: 1 });
  t.deepEqual(indices, ascending(10));
});
