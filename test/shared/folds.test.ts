import test from 'ava';
import fc from 'fast-check';
import type { FoldMap } from '../../shared/domain.ts';
import { UsageError } from '../../shared/errors.ts';
import { complement, plainFolds, stratifiedFolds, trainingIndices } from '../../shared/folds.ts';
import { SlowRandom } from './slow-random.ts';

const seed = fc.maxSafeNat();
const upTo = (count: number): number[] => [...new Array(count).keys()];

/** k and labels in any order, every class that occurs at least k strong; some classes absent. */
const splittable = fc
  .integer({ min: 2, max: 9 })
  .chain((k) => fc.tuple(fc.constant(k), classSizes(k), fc.infiniteStream(fc.nat())))
  .map(([k, sizes, keys]) => {
    const sorted = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
    const keyed = sorted.map((label) => ({ label, key: keys.next().value as number }));
    return { k, labels: keyed.sort((a, b) => a.key - b.key).map(({ label }) => label) };
  });

function classSizes(k: number) {
  const size = fc.oneof(fc.constant(0), fc.integer({ min: k, max: 4 * k }));
  return fc.array(size, { minLength: 1, maxLength: 6 }).filter((sizes) => sizes.some((n) => n > 0));
}

/** The slow, obvious way: sets and filters, and a generator of its own. */
function obviousFolds(labels: readonly number[], k: number, seed: number): number[][] {
  const random = new SlowRandom(seed, 'folds');
  const classes = [...new Set(labels)].sort((a, b) => a - b);
  const row = classes.flatMap((label) =>
    random.shuffled(upTo(labels.length).filter((index) => labels[index] === label)),
  );
  return upTo(k).map((fold) => {
    const dealt = new Set(row.filter((_, position) => position % k === fold));
    return upTo(labels.length).filter((index) => dealt.has(index));
  });
}

const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);
const ascends = (list: ArrayLike<number>): boolean =>
  Array.from(list).every((item, position) => position === 0 || item > list[position - 1]!);

test('stratified folds equal those of the slow twin', (t) => {
  fc.assert(
    fc.property(splittable, seed, ({ k, labels }, seed) => {
      t.deepEqual(stratifiedFolds({ labels, k, seed }), obviousFolds(labels, k, seed));
    }),
  );
});

test('plain folds equal stratified folds of a single class', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.nat(60), seed, (k, more, seed) => {
      const labels = new Array<number>(k + more).fill(0);
      t.deepEqual(plainFolds({ count: labels.length, k, seed }), obviousFolds(labels, k, seed));
    }),
  );
});

test('every index is in exactly one fold, and each fold ascends', (t) => {
  fc.assert(
    fc.property(splittable, seed, fc.boolean(), ({ k, labels }, seed, isStratified) => {
      const folds = isStratified
        ? stratifiedFolds({ labels, k, seed })
        : plainFolds({ count: labels.length, k, seed });
      t.is(folds.length, k);
      t.true(folds.every(ascends));
      t.deepEqual(
        folds.flat().sort((a, b) => a - b),
        upTo(labels.length),
      );
    }),
  );
});

test('sizes are within one, and the first n mod k folds take the extra image', (t) => {
  fc.assert(
    fc.property(splittable, seed, fc.boolean(), ({ k, labels }, seed, isStratified) => {
      const n = labels.length;
      const folds = isStratified
        ? stratifiedFolds({ labels, k, seed })
        : plainFolds({ count: n, k, seed });
      t.deepEqual(
        folds.map((fold) => fold.length),
        upTo(k).map((fold) => Math.floor(n / k) + (fold < n % k ? 1 : 0)),
      );
    }),
  );
});

test("each class spreads within one, by scikit-learn's own rule", (t) => {
  fc.assert(
    fc.property(splittable, seed, ({ k, labels }, seed) => {
      const folds = stratifiedFolds({ labels, k, seed });
      const sorted = [...labels].sort((a, b) => a - b);
      for (const label of new Set(labels)) {
        const counts = folds.map((fold) => fold.filter((i) => labels[i] === label).length);
        t.true(spread(counts) <= 1);
        // StratifiedKFold: allocation of fold i = bincount(sorted labels[i::k]).
        t.deepEqual(
          counts,
          upTo(k).map((i) => sorted.filter((l, p) => p % k === i && l === label).length),
        );
      }
    }),
  );
});

test('folds depend on nothing but labels, k and seed', (t) => {
  const labels = Uint8Array.from({ length: 300 }, (_, index) => (index * 7) % 10);
  const folds = stratifiedFolds({ labels, k: 3, seed: 7 });
  t.deepEqual(stratifiedFolds({ labels: [...labels], k: 3, seed: 7, classNames: ['a'] }), folds);
  t.notDeepEqual(stratifiedFolds({ labels, k: 3, seed: 8 }), folds);
});

test('folds stay what they were when this test was written', (t) => {
  const labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 0];
  t.deepEqual(stratifiedFolds({ labels, k: 3, seed: 7 }), [
    [0, 4, 5, 10, 13],
    [1, 2, 6, 8, 9],
    [3, 7, 11, 12],
  ]);
  t.deepEqual(plainFolds({ count: 10, k: 4, seed: 2 ** 53 - 1 }), [
    [0, 5, 6],
    [3, 4, 9],
    [1, 8],
    [2, 7],
  ]);
});

test('every image is as likely in one fold as in another', (t) => {
  const labels = upTo(12).map((index) => index % 2);
  const inFold0 = new Array<number>(12).fill(0);
  for (const seed of upTo(1200)) {
    for (const index of stratifiedFolds({ labels, k: 3, seed })[0]!) inFold0[index]! += 1;
  }
  // 400 expected; the bound is over five standard deviations.
  t.true(
    inFold0.every((count) => Math.abs(count - 400) < 85),
    inFold0.join(),
  );
});

test('the smallest splits work: two folds of two images, and leave-one-out', (t) => {
  t.deepEqual(plainFolds({ count: 2, k: 2, seed: 0 }).flat().sort(), [0, 1]);
  t.deepEqual(
    plainFolds({ count: 50, k: 50, seed: 0 }).map((fold) => fold.length),
    new Array(50).fill(1),
  );
  t.is(stratifiedFolds({ labels: [4, 4], k: 2, seed: 0 }).length, 2);
});

test('a million images are split', (t) => {
  const labels = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 10);
  const folds = stratifiedFolds({ labels, k: 7, seed: 1 });
  t.is(folds.flat().length, 1_000_000);
});

test('a class smaller than k is refused with its name, its size, k and the ways out', (t) => {
  const labels = [0, 0, 0, 1, 1, 3, 3, 3];
  const classNames = ['Bag', 'Coat', 'Dress', 'Shirt'];
  const error = t.throws(() => stratifiedFolds({ labels, k: 3, seed: 0, classNames }), {
    instanceOf: UsageError,
  });
  t.is(
    error.message,
    '--folds 3 with stratification needs at least 3 training images of each class, but there ' +
      'are too few of: Coat (2). Use --folds 2 or fewer, more images, or --no-stratify',
  );
});

test('a class of one image is refused without offering one fold, by number if it has no name', (t) => {
  const error = t.throws(() => stratifiedFolds({ labels: [0, 0, 1, 2], k: 2, seed: 0 }), {
    instanceOf: UsageError,
  });
  t.regex(error.message, /class 1 \(1\), class 2 \(1\)\. Use more images, or --no-stratify$/);
});

for (const k of [1, 0, -3, 2.5, NaN, Infinity]) {
  test(`--folds ${k} is refused`, (t) => {
    const message = new RegExp(`--folds .* got ${k}$`);
    t.throws(() => plainFolds({ count: 10, k, seed: 0 }), { instanceOf: UsageError, message });
    t.throws(() => stratifiedFolds({ labels: upTo(10), k, seed: 0 }), { message });
  });
}

test('more folds than images are refused, also of no images', (t) => {
  const message = /--folds 6 needs at least 6 training images, but there are [05]/;
  t.throws(() => plainFolds({ count: 5, k: 6, seed: 0 }), { instanceOf: UsageError, message });
  t.throws(() => stratifiedFolds({ labels: [], k: 6, seed: 0 }), { message });
});

test('labels that are no class numbers are refused', (t) => {
  for (const wrong of [-1, 0.5, NaN, 1e9]) {
    t.throws(() => stratifiedFolds({ labels: [0, 0, wrong], k: 2, seed: 0 }), {
      instanceOf: RangeError,
    });
  }
});

test('the training part of a fold is everything that it does not validate', (t) => {
  fc.assert(
    fc.property(splittable, seed, ({ k, labels }, seed) => {
      const folds = stratifiedFolds({ labels, k, seed });
      for (const fold of upTo(k)) {
        const training = trainingIndices(folds, fold);
        const others = upTo(labels.length).filter((index) => !folds[fold]!.includes(index));
        t.deepEqual([...training], others);
      }
    }),
    { numRuns: 30 },
  );
});

test('a fold that does not exist has no training part', (t) => {
  const folds: FoldMap = [[0], [1]];
  t.throws(() => trainingIndices(folds, 2), { instanceOf: RangeError });
  t.throws(() => trainingIndices(folds, -1), { instanceOf: RangeError });
});

test('a complement refuses indices that repeat or lie outside', (t) => {
  t.deepEqual([...complement([3, 0], 5)], [1, 2, 4]);
  for (const wrong of [[1, 1], [5], [-1], [0.5], [NaN]]) {
    t.throws(() => complement(wrong, 5), { instanceOf: RangeError });
  }
});
