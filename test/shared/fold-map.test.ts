import test from 'ava';
import fc from 'fast-check';
import { asDigest } from '../../shared/domain.ts';
import { UsageError } from '../../shared/errors.ts';
import { parseFoldMap, renderFoldsFile } from '../../shared/fold-map.ts';
import { plainFolds } from '../../shared/folds.ts';

const digest = asDigest('ab'.repeat(32));
const other = asDigest('cd'.repeat(32));
const parse = (json: unknown, count = 6) =>
  parseFoldMap(json, { count, datasetDigest: digest, file: 'folds.json' });
const file = {
  dataset: digest,
  k: 2,
  seed: 7,
  stratified: true,
  validation: [
    [0, 2, 4],
    [1, 3, 5],
  ],
};

test('the file has one line a fold and keys in a fixed order', (t) => {
  t.is(
    renderFoldsFile(file),
    `{
  "schema": 1,
  "dataset": "${digest}",
  "k": 2,
  "seed": 7,
  "stratified": true,
  "validation": [
    [0,2,4],
    [1,3,5]
  ]
}
`,
  );
});

test('what was written is read back, from whatever folds', (t) => {
  const sizes = fc.integer({ min: 2, max: 9 }).chain((k) => fc.tuple(fc.constant(k), fc.nat(40)));
  fc.assert(
    fc.property(sizes, fc.maxSafeNat(), fc.boolean(), ([k, more], seed, stratified) => {
      const validation = plainFolds({ count: k + more, k, seed });
      const text = renderFoldsFile({ dataset: digest, k, seed, stratified, validation });
      const parsed = parse(JSON.parse(text), k + more);
      t.deepEqual(parsed, { k, seed, stratified, validation });
      t.is(renderFoldsFile({ ...parsed, dataset: digest, seed, stratified }), text);
    }),
  );
});

test('a map with nothing but validation is read; its folds may differ in size', (t) => {
  const parsed = parse({ validation: [[5], [4, 3, 2, 1, 0]] });
  t.is(parsed.k, 2);
  t.is(parsed.seed, undefined);
  t.is(parsed.stratified, undefined);
  t.deepEqual(parsed.validation, [[5], [0, 1, 2, 3, 4]]);
});

/** [[[…]]] */
function deep(levels: number): unknown {
  let list: unknown = [];
  for (let level = 0; level < levels; level += 1) list = [list];
  return list;
}

// prettier-ignore
const wrong: [string, unknown, string | RegExp][] = [
  ['an index too large', { validation: [[0, 1], [2, 3], [4, 70000]] }, 'folds.json: fold 2 has index 70000, but the training set has 6 images, 0 to 5'],
  ['a negative index', { validation: [[0, 1], [-1]] }, /fold 1 has index -1, but/],
  ['an index in two folds', { validation: [[5, 0], [1, 5]] }, 'folds.json: index 5 is in folds 0 and 1'],
  ['an index twice in a fold', { validation: [[0], [1, 1]] }, 'folds.json: index 1 is in fold 1 twice'],
  ['a missing index', { validation: [[0, 1], [2, 3, 5]] }, /index 4 is in no fold; each of 0 to 5 must be in one/],
  ['another dataset', { ...file, dataset: other }, new RegExp(`another dataset \\(digest ${other}, this one has ${digest}\\)`)],
  ['no digest', { ...file, dataset: 'fashion-mnist' }, 'folds.json: dataset: expected 64 hexadecimal digits, got "fashion-mnist"'],
  ['a digest in a list', { ...file, dataset: [] }, 'folds.json: dataset: expected 64 hexadecimal digits, got a list'],
  ['a negative seed', { ...file, seed: -1 }, 'folds.json: seed: expected a whole number from 0, got -1'],
  ['a fractional k', { ...file, k: 2.5 }, 'folds.json: k: expected a whole number, got 2.5'],
  ['no answer to a question', { ...file, stratified: null }, 'folds.json: stratified: expected true or false, got null'],
  ['an empty fold', { validation: [[0, 1, 2, 3, 4, 5], []] }, 'folds.json: fold 1 is empty'],
  ['one fold', { validation: [[0, 1, 2, 3, 4, 5]] }, 'folds.json: expected at least 2 folds, got 1'],
  ['no folds', { validation: [] }, /at least 2 folds, got 0/],
  ['another k', { ...file, k: 3 }, 'folds.json: k is 3, but validation has 2 folds'],
  ['a fractional index', { validation: [[0.5], [1]] }, 'folds.json: fold 0 has 0.5 where an index is expected, an integer from 0'],
  ['an index that is no number', { validation: [[0], [NaN]] }, /fold 1 has NaN where/],
  ['an infinite index', { validation: [[0], [Infinity]] }, /fold 1 has Infinity where/],
  ['an index in quotes', { validation: [['0'], [1]] }, /fold 0 has "0" where/],
  ['null for an index', { validation: [[null], [1]] }, /fold 0 has null where/],
  ['a huge thing for an index', { validation: [['x'.repeat(1e6)], [1]] }, /^.{1,120}$/],
  ['a flat list', { validation: [0, 1, 2, 3, 4, 5] }, 'folds.json: fold 0 is 0, expected a list of indices'],
  ['no validation', { k: 2 }, 'folds.json: validation: expected a list of folds, got nothing'],
  ['a later schema', { ...file, schema: 2 }, 'folds.json: schema: expected 1, got 2'],
  ['a key of its own', { ...file, folds: 2 }, 'folds.json: unknown keys: "folds"'],
  ['many keys of its own', { ...file, a: 1, b: 1, c: 1, d: 1, e: 1 }, 'folds.json: unknown keys: "a", "b", "c" and 2 more'],
  ['a deep list for an index', { validation: [[deep(1e5)], [1]] }, /fold 0 has a list where/],
  ['a list alone', [[0], [1]], 'folds.json: expected an object with "validation", a list of folds, got a list'],
  ['nothing', null, /^folds\.json: expected an object with "validation", a list of folds, got null$/],
];
for (const [what, json, message] of wrong) {
  test(`a map with ${what} is refused, naming the place`, (t) => {
    t.throws(() => parse(json), { instanceOf: UsageError, message });
  });
}

test('whatever JSON comes, the answer is a valid map or a UsageError', (t) => {
  const nearly = fc.record(
    { validation: fc.array(fc.array(fc.oneof(fc.nat(4), fc.jsonValue()))), k: fc.jsonValue() },
    { requiredKeys: ['validation'] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), nearly), (json) => {
      try {
        const { validation } = parse(json, 4);
        t.deepEqual(validation.flat().sort(), [0, 1, 2, 3]);
      } catch (error) {
        t.true(error instanceof UsageError);
      }
    }),
  );
});
