import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../shared/errors.ts';
import { largestRemainderQuotas, stratifiedSubset } from '../../shared/subset.ts';
import { SlowRandom } from './slow-random.ts';

const labelled = fc
  .array(fc.nat(6), { minLength: 1, maxLength: 120 })
  .chain((labels) =>
    fc.record({ labels: fc.constant(labels), limit: fc.integer({ min: 1, max: labels.length }) }),
  );

/** Hands out one seat at a time, in fractions of BigInt, each to the class furthest behind. */
function obviousQuotas(sizes: readonly number[], seats: number): number[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const quotas = sizes.map((size) => Number((BigInt(seats) * BigInt(size)) / BigInt(total)));
  while (quotas.reduce((sum, quota) => sum + quota, 0) < seats) {
    const behind = sizes.map((size, i) => seats * size - quotas[i]! * total);
    quotas[behind.indexOf(Math.max(...behind))]! += 1;
  }
  return quotas;
}

test('a subset equals that of the slow twin', (t) => {
  fc.assert(
    fc.property(labelled, ({ labels, limit }) => {
      const sizes = [0, 1, 2, 3, 4, 5, 6].map((c) => labels.filter((label) => label === c).length);
      const quotas = obviousQuotas(sizes, limit);
      const indices = [...labels.keys()];
      const chosen = sizes.flatMap((_, label) => {
        const members = indices.filter((index) => labels[index] === label);
        const random = new SlowRandom(0, 'limit', 'train', label);
        return limit === labels.length ? members : random.shuffled(members).slice(0, quotas[label]);
      });
      t.deepEqual(
        [...stratifiedSubset(labels, limit, 'train')],
        indices.filter((index) => chosen.includes(index)),
      );
    }),
  );
});

test('quotas add up, and each is its share rounded down or up', (t) => {
  const sizes = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(sizes, fc.double({ min: 0, max: 1, noNaN: true }), (sizes, share) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      fc.pre(total > 0);
      const seats = Math.floor(share * total);
      const quotas = largestRemainderQuotas(sizes, seats);
      t.is(
        quotas.reduce((sum, quota) => sum + quota, 0),
        seats,
      );
      for (const [index, quota] of quotas.entries()) {
        const exact = (seats * sizes[index]!) / total;
        t.true(quota >= Math.floor(exact) && quota <= Math.ceil(exact));
        t.true(quota <= sizes[index]!);
      }
    }),
  );
});

test('of equal remainders the lower classes win', (t) => {
  t.deepEqual(largestRemainderQuotas([10, 10, 10], 5), [2, 2, 1]);
  t.deepEqual(largestRemainderQuotas([1, 1, 1, 97], 4), [0, 0, 0, 4]);
});

test('a limit of as many as there are, or more, keeps all', (t) => {
  const labels = [3, 1, 1, 0];
  for (const limit of [4, 5, 2 ** 53]) {
    t.deepEqual([...stratifiedSubset(labels, limit, 'test')], [0, 1, 2, 3]);
  }
});

test('where all classes are equally strong, a larger subset holds the smaller', (t) => {
  const labels = Uint8Array.from({ length: 1000 }, (_, index) => index % 10);
  const large = new Set(stratifiedSubset(labels, 500, 'train'));
  t.true(stratifiedSubset(labels, 100, 'train').every((index) => large.has(index)));
});

test('parts draw from streams of their own', (t) => {
  const labels = Uint8Array.from({ length: 1000 }, (_, index) => index % 10);
  t.notDeepEqual(stratifiedSubset(labels, 100, 'train'), stratifiedSubset(labels, 100, 'test'));
  t.notDeepEqual(stratifiedSubset(labels, 100, 'train'), stratifiedSubset(labels, 100, 'hold-out'));
});

for (const limit of [0, -5, 1.5, NaN, Infinity]) {
  test(`--limit ${limit} is refused`, (t) => {
    t.throws(() => stratifiedSubset([0, 1], limit, 'train'), {
      instanceOf: UsageError,
      message: `--limit must be an integer of at least 1, got ${limit}`,
    });
  });
}
