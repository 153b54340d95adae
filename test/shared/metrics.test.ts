import test from 'ava';
import fc from 'fast-check';
import type { Score } from '../../shared/domain.ts';
import {
  accuracyOf,
  addConfusions,
  confusionMatrix,
  findScoreProblem,
  perClass,
  totalOf,
} from '../../shared/metrics.ts';

// scikit-learn 1.9.1: confusion_matrix(truth, predicted, labels=range(5)), accuracy_score, and
// precision_recall_fscore_support(truth, predicted, labels=range(5), zero_division=0).
const truth = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3];
const predicted = [0, 0, 1, 2, 0, 1, 1, 0, 1, 2, 0, 2, 2, 1];
const expected = {
  confusion: [
    [3, 1, 1, 0, 0],
    [1, 3, 0, 0, 0],
    [1, 0, 2, 0, 0],
    [0, 1, 1, 0, 0],
    [0, 0, 0, 0, 0],
  ],
  accuracy: 0.5714285714285714,
  precision: [0.6, 0.6, 0.5, 0, 0],
  recall: [0.6, 0.75, 0.6666666666666666, 0, 0],
  f1: [0.6, 0.6666666666666666, 0.5714285714285714, 0, 0],
  support: [5, 4, 3, 2, 0],
};

test('confusion matrix and accuracy are those of scikit-learn', (t) => {
  t.deepEqual(confusionMatrix(truth, predicted, 5), expected.confusion);
  t.is(accuracyOf(expected.confusion), expected.accuracy);
  t.is(totalOf(expected.confusion), 14);
});

test('scores per class are those of scikit-learn, 0 where the denominator is 0', (t) => {
  const scores = perClass(expected.confusion, ['a', 'b', 'c', 'd', 'e']);
  t.deepEqual(
    scores.map((score) => score.class),
    ['a', 'b', 'c', 'd', 'e'],
  );
  for (const key of ['precision', 'recall', 'f1', 'support'] as const) {
    t.deepEqual(
      scores.map((score) => score[key]),
      expected[key],
      key,
    );
  }
});

test('F1 is the harmonic mean of precision and recall', (t) => {
  const labels = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(labels, (pairs) => {
      const confusion = confusionMatrix(
        pairs.map(([y]) => y),
        pairs.map(([, p]) => p),
        4,
      );
      t.is(accuracyOf(confusion), pairs.filter(([y, p]) => y === p).length / pairs.length);
      for (const { precision, recall, f1 } of perClass(confusion, ['a', 'b', 'c', 'd'])) {
        const harmonic =
          precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
        t.true(Math.abs(f1 - harmonic) < 1e-12);
      }
    }),
  );
});

test('typed arrays are counted like arrays', (t) => {
  t.deepEqual(
    confusionMatrix(Uint8Array.from(truth), Int32Array.from(predicted), 5),
    expected.confusion,
  );
});

test('labels or predictions that name no class are refused, so are lists of different length', (t) => {
  for (const [y, p] of [
    [[5], [0]],
    [[0], [5]],
    [[-1], [0]],
    [[0], [-1]],
    [[0], [NaN]],
    [[0], [0.5]],
    [[0, 1], [0]],
  ] as const) {
    t.throws(() => confusionMatrix(y, p, 5), { instanceOf: RangeError });
  }
});

test('the accuracy over no images is refused', (t) => {
  t.throws(() => accuracyOf([[0]]), { instanceOf: RangeError });
});

test('matrices add up cell by cell, and only those of one size', (t) => {
  const a = [
    [1, 2],
    [3, 4],
  ];
  const b = [
    [10, 20],
    [30, 40],
  ];
  t.deepEqual(addConfusions([a, b, a]), [
    [12, 24],
    [36, 48],
  ]);
  t.deepEqual(a, [
    [1, 2],
    [3, 4],
  ]);
  t.throws(() => addConfusions([]), { instanceOf: RangeError });
  t.throws(() => addConfusions([a, [[1]]]), { instanceOf: RangeError });
});

const possible: Score = {
  loss: 0.5,
  accuracy: 0.75,
  confusion: [
    [2, 1],
    [0, 1],
  ],
};
const scored = { classCount: 2, labels: Uint8Array.of(0, 1, 0, 0) };

test('a score that may be true has no problem', (t) => {
  t.is(findScoreProblem(possible, scored), undefined);
});

const impossible: [string, Partial<Score>, RegExp][] = [
  ['a matrix of another size', { confusion: [[4]] }, /not 2 by 2/],
  ['a ragged matrix', { confusion: [[2, 1], [1]] }, /not 2 by 2/],
  [
    'a negative count',
    {
      confusion: [
        [5, -1],
        [0, 0],
      ],
    },
    /no count/,
  ],
  [
    'a fractional count',
    {
      confusion: [
        [2.5, 0.5],
        [0, 1],
      ],
    },
    /no count/,
  ],
  [
    'images left out',
    {
      confusion: [
        [2, 0],
        [0, 1],
      ],
    },
    /counts 2 images of class 0, not the 3/,
  ],
  [
    'images of another class',
    {
      confusion: [
        [1, 0],
        [1, 2],
      ],
    },
    /counts 1 images of class 0, not the 3/,
  ],
  ['another accuracy', { accuracy: 0.76 }, /accuracy is 0\.76, .* says 0\.75/],
  ['no accuracy', { accuracy: NaN }, /accuracy is NaN/],
  ['an infinite loss', { loss: Infinity }, /loss is Infinity/],
  ['a loss that is no number', { loss: NaN }, /loss is NaN/],
  ['a negative loss', { loss: -0.1 }, /loss is -0\.1/],
];
for (const [what, change, problem] of impossible) {
  test(`a score with ${what} is found out`, (t) => {
    t.regex(findScoreProblem({ ...possible, ...change }, scored) ?? '', problem);
  });
}
