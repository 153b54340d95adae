import test from 'ava';
import fc from 'fast-check';
import { TalliedList } from '../../../coordinator/scheduler/tallied-list.ts';

/** Lists of numbers that know their sum, and count how often anything is counted up. */
function sums() {
  let counted = 0;
  const counting = {
    ofItem: (item: number): number => {
      counted += 1;
      return item;
    },
    ofParts: (tallies: readonly number[]): number => {
      counted += tallies.length;
      return tallies.reduce((sum, tally) => sum + tally, 0);
    },
  };
  return {
    listOf: (items: readonly number[]) => TalliedList.of(items, counting),
    /** @returns how often */
    countedDuring: (act: () => void): number => {
      const before = counted;
      act();
      return counted - before;
    },
  };
}

const numbers = fc.array(fc.nat(9), { minLength: 1, maxLength: 600 });

test('it is the list of its items, and its tally is of all of them', (t) => {
  fc.assert(
    fc.property(numbers, (items) => {
      const list = sums().listOf(items);
      t.deepEqual([...list], items);
      t.is(list.length, items.length);
      t.is(
        list.tally,
        items.reduce((sum, item) => sum + item, 0),
      );
      t.deepEqual(
        items.map((_, place) => list.at(place)),
        items,
      );
      for (const place of [-1, items.length, 0.5, Number.NaN]) t.is(list.at(place), undefined);
    }),
  );
});

test('a list with other items is that of those, and the list before stays as it was', (t) => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(9)), { maxLength: 20 });
  fc.assert(
    fc.property(numbers, changes, (items, all) => {
      const first = sums().listOf(items);
      let list = first;
      let expected: readonly number[] = items;
      for (const [any, item] of all) {
        const place = any % items.length;
        list = list.with(place, item);
        expected = expected.with(place, item);
      }
      t.deepEqual([...list], expected);
      t.is(
        list.tally,
        expected.reduce((sum, item) => sum + item, 0),
      );
      t.deepEqual([...first], items);
    }),
  );
});

test('what is sought is found in order, with its place', (t) => {
  fc.assert(
    fc.property(numbers, (items) => {
      const found = [
        ...sums()
          .listOf(items)
          .where((sum) => sum > 0),
      ];
      t.deepEqual(
        found,
        [...items.entries()].filter(([, item]) => item > 0),
      );
    }),
  );
});

test('there is no list of nothing, and no item where there is no place', (t) => {
  t.throws(() => sums().listOf([]), { instanceOf: RangeError });
  const list = sums().listOf([1, 2]);
  for (const place of [-1, 2, 0.5]) t.throws(() => list.with(place, 1), { instanceOf: RangeError });
});

for (const length of [1_000, 100_000]) {
  test(`among ${length}, few are looked at to replace one or find one`, (t) => {
    const { listOf, countedDuring } = sums();
    const before = listOf(Array.from({ length }, () => 0));
    let list = before;
    t.true(countedDuring(() => (list = before.with(length / 2, 1))) <= 1 + 5 * 16);
    let looks = 0;
    const [found] = list.where((sum) => {
      looks += 1;
      return sum > 0;
    });
    t.deepEqual(found, [length / 2, 1]);
    t.true(looks <= 1 + 5 * 16);
  });
}
