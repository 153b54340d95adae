import test from 'ava';
import fc from 'fast-check';
import { countCoverage, tally } from '../../../../shared/data/products/coverage.ts';
import type { RowOutcome } from '../../../../shared/data/products/coverage.ts';

const outcome = fc.oneof(
  fc.record({ kind: fc.constant('mapped' as const) }),
  fc.record({ kind: fc.constant('missing' as const) }),
  fc.record({ kind: fc.constant('unmapped' as const), hasImage: fc.boolean() }),
  fc.record({
    kind: fc.constant('unreadable' as const),
    file: fc.constantFrom('images/1.jpg', 'images/2.jpg'),
    reason: fc.constantFrom('truncated' as const, 'empty file' as const),
  }),
);
const rows: fc.Arbitrary<RowOutcome[]> = fc.array(
  fc.record({ articleType: fc.constantFrom('Tops', 'Heels', '__proto__', ''), outcome }),
  { maxLength: 60 },
);

test('every row counts once, in all and by article type', (t) => {
  fc.assert(
    fc.property(rows, (given) => {
      const { rows: total, mapped, unmapped, missing, unreadable } = countCoverage(given);
      const tallies = [mapped, unmapped, missing, unreadable];
      t.is(total, given.length);
      t.is(sum(tallies.map(({ count }) => count)), given.length);
      for (const { count, byArticleType } of tallies) {
        t.is(sum(Object.values(byArticleType)), count);
      }
      t.is(sum(Object.values(unreadable.byReason)), unreadable.count);
      t.is(unreadable.examples.length, Math.min(20, unreadable.count));
      t.true(unmapped.withoutImage <= unmapped.count);
    }),
  );
});

test('what is most frequent comes first, ties by name', (t) => {
  const counts = tally(['b', 'c', 'a', 'c', '__proto__']);
  t.deepEqual(Object.entries(counts), [
    ['c', 2],
    ['__proto__', 1],
    ['a', 1],
    ['b', 1],
  ]);
});

test('examples are the first in the table', (t) => {
  const given = Array.from({ length: 30 }, (_, index): RowOutcome => ({
    articleType: 'Tops',
    outcome: { kind: 'unreadable', file: `images/${index}.jpg`, reason: 'damaged' },
  }));
  const { examples } = countCoverage(given).unreadable;
  t.deepEqual(examples[0], { file: 'images/0.jpg', reason: 'damaged' });
  t.is(examples.length, 20);
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
