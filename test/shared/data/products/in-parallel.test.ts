import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { inParallel } from '../../../../shared/data/products/in-parallel.ts';

test('so many at a time, begun in order, all done', async (t) => {
  const begun: number[] = [];
  let busy = 0;
  let busiest = 0;
  await inParallel([10, 11, 12, 13, 14, 15], 3, async (item, index) => {
    t.is(item, index + 10);
    begun.push(index);
    busiest = Math.max(busiest, ++busy);
    await setImmediate();
    busy--;
  });
  t.deepEqual(begun, [0, 1, 2, 3, 4, 5]);
  t.is(busiest, 3);
});

test('after an error nothing more is begun, and what is under way is waited for', async (t) => {
  const begun: number[] = [];
  let finished = 0;
  const items = Array.from({ length: 50 }, (_, index) => index);
  const working = inParallel(items, 3, async (item) => {
    begun.push(item);
    if (item === 4) throw new Error('the fifth');
    await setImmediate();
    await setImmediate();
    finished++;
  });
  await t.throwsAsync(working, { message: 'the fifth' });
  t.true(begun.length < 10, `begun: ${begun.length}`);
  t.is(finished, begun.length - 1);
});
