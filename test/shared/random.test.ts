import test from 'ava';
import fc from 'fast-check';
import {
  createRandom,
  fnv1a64,
  seedState,
  splitMix64,
  xoshiro128,
  type Purpose,
} from '../../shared/random.ts';
import { SlowRandom } from './slow-random.ts';

const draw = <T>(count: number, next: () => T): T[] => Array.from({ length: count }, next);
const bytes = (text: string) => new TextEncoder().encode(text);
const purpose = fc.constantFrom<Purpose[]>(
  'folds',
  'hold-out',
  'limit',
  'initial-weights',
  'shuffle',
  'dropout',
  'synthetic',
);
const seed = fc.maxSafeNat();
const path = fc.array(fc.oneof(fc.maxSafeNat(), fc.string({ unit: 'binary' })), { maxLength: 3 });

test('xoshiro128** 1.1 gives the numbers of the reference implementation', (t) => {
  // Output of https://prng.di.unimi.it/xoshiro128starstar.c from state {1, 2, 3, 4}; the same ten
  // are in the tests of the Rust crate rand_xoshiro.
  t.deepEqual(
    draw(10, xoshiro128(Uint32Array.of(1, 2, 3, 4))),
    [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ],
  );
});

test('SplitMix64 gives the numbers of the reference implementation', (t) => {
  // Output of https://prng.di.unimi.it/splitmix64.c from 1234567.
  t.deepEqual(draw(5, splitMix64(1234567n)), [
    6457827717110365317n,
    3203168211198807973n,
    9817491932198370423n,
    4593380528125082431n,
    16408922859458223821n,
  ]);
});

test('FNV-1a gives the hashes its authors publish', (t) => {
  t.is(fnv1a64(bytes('')), 0xcbf29ce484222325n);
  t.is(fnv1a64(bytes('a')), 0xaf63dc4c8601ec8cn);
  t.is(fnv1a64(bytes('foobar')), 0x85944171f73967e8n);
});

test('every stream equals that of the slow twin', (t) => {
  fc.assert(
    fc.property(seed, purpose, path, (seed, purpose, path) => {
      const slow = new SlowRandom(seed, purpose, ...path);
      t.deepEqual(
        draw(20, createRandom(seed, purpose, ...path).nextUint32),
        draw(20, () => Number(slow.next())),
      );
    }),
  );
});

test('numbers below a bound equal those of the slow twin, rejected draws included', (t) => {
  const bound = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.constant(2 ** 31 + 1));
  fc.assert(
    fc.property(seed, bound, (seed, bound) => {
      const random = createRandom(seed, 'folds');
      const slow = new SlowRandom(seed, 'folds');
      t.deepEqual(
        draw(20, () => random.nextBelow(bound)),
        draw(20, () => slow.below(bound)),
      );
    }),
  );
});

test('a shuffle equals that of the slow twin, for arrays and typed arrays', (t) => {
  fc.assert(
    fc.property(seed, fc.array(fc.integer(), { maxLength: 60 }), (seed, numbers) => {
      const expected = new SlowRandom(seed, 'shuffle', 4, 2).shuffled(numbers);
      t.deepEqual(createRandom(seed, 'shuffle', 4, 2).shuffle([...numbers]), expected);
      const typed = Int32Array.from(numbers);
      t.deepEqual([...createRandom(seed, 'shuffle', 4, 2).shuffle(typed)], expected);
    }),
  );
});

test('a stream stays what it was when this test was written', (t) => {
  t.deepEqual(
    draw(4, createRandom(0, 'folds').nextUint32),
    [1784734788, 166132088, 311019464, 3770739992],
  );
  t.deepEqual(
    draw(4, createRandom(2 ** 53 - 1, 'shuffle', 2, 15).nextUint32),
    [683310935, 1557842609, 4070836015, 2085178236],
  );
});

test('streams differ by seed, purpose and path, and 1 is not "1"', (t) => {
  const names: Parameters<typeof createRandom>[] = [
    [0, 'folds'],
    [1, 'folds'],
    [2 ** 53 - 1, 'folds'],
    [0, 'shuffle'],
    [0, 'shuffle', 0],
    [0, 'shuffle', 1],
    [0, 'shuffle', '1'],
    [0, 'shuffle', 1, 1],
    [0, 'shuffle', 11],
    [0, 'shuffle', 'ab'],
    [0, 'shuffle', 'a', 'b'],
  ];
  const first = names.map((name) => draw(2, createRandom(...name).nextUint32).join());
  t.is(new Set(first).size, names.length);
});

test('streams of successive seeds have nothing in common', (t) => {
  const first = Array.from({ length: 2000 }, (_, seed) => createRandom(seed, 'folds').nextUint32());
  t.is(new Set(first).size, first.length);
  for (let bit = 0; bit < 32; bit++) {
    const ones = first.filter((word) => ((word >>> bit) & 1) === 1).length;
    // Five standard deviations of a fair coin tossed 2000 times.
    t.true(Math.abs(ones - 1000) < 5 * Math.sqrt(500), `bit ${bit}: ${ones}`);
  }
});

test('all orders of four numbers come up equally often', (t) => {
  const random = createRandom(3, 'shuffle');
  const counts = new Map<string, number>();
  for (let round = 0; round < 24_000; round++) {
    const order = random.shuffle([0, 1, 2, 3]).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  t.is(counts.size, 24);
  const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
  // 0.9999 quantile of chi-squared with 23 degrees of freedom.
  t.true(chiSquared < 57, `${chiSquared}`);
});

test('floats are in [0, 1), normal numbers have mean 0 and variance 1', (t) => {
  const random = createRandom(5, 'synthetic');
  const floats = draw(20_000, random.nextFloat);
  t.true(floats.every((x) => x >= 0 && x < 1));
  const normal = draw(20_000, random.nextNormal);
  const mean = normal.reduce((sum, x) => sum + x, 0) / normal.length;
  const variance = normal.reduce((sum, x) => sum + (x - mean) ** 2, 0) / normal.length;
  t.true(Math.abs(mean) < 0.03, `${mean}`);
  t.true(Math.abs(variance - 1) < 0.05, `${variance}`);
});

test('filling keeps to the bounds and takes one draw a number', (t) => {
  const random = createRandom(1, 'initial-weights', 0, 'conv1');
  const filled = random.fillUniform(new Float32Array(1000), -0.25, 0.25);
  const twin = createRandom(1, 'initial-weights', 0, 'conv1');
  t.deepEqual(
    [...filled],
    draw(1000, () => Math.fround(-0.25 + 0.5 * twin.nextFloat())),
  );
  t.is(random.nextUint32(), twin.nextUint32());
  t.true(filled.every((x) => x >= -0.25 && x <= 0.25));
});

test('a state is never all zero', (t) => {
  fc.assert(fc.property(fc.string(), (name) => t.true(seedState(name).some((word) => word > 0))));
});

for (const wrong of [-1, 0.5, 2 ** 53, NaN, Infinity]) {
  test(`the seed ${wrong} is refused, also within a path`, (t) => {
    t.throws(() => createRandom(wrong, 'folds'), { instanceOf: RangeError, message: /2\^53/ });
    t.throws(() => createRandom(0, 'folds', wrong), { instanceOf: RangeError });
  });
}

for (const wrong of [0, -1, 1.5, 2 ** 32 + 1, NaN]) {
  test(`the bound ${wrong} is refused`, (t) => {
    t.throws(() => createRandom(0, 'folds').nextBelow(wrong), { instanceOf: RangeError });
  });
}
