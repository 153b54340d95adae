import test from 'ava';
import { coverageLines } from '../../../cli/model/coverage-lines.ts';
import { scoreTable } from '../../../cli/model/score-table.ts';
import { accuracyOf, perClass } from '../../../shared/metrics.ts';

const plainPaint = (_style: unknown, text: string): string => text;

function scores(classCount: number, images: number, mark = '') {
  const classes = Array.from({ length: classCount }, (_, label) => `class ${label}${mark}`);
  const confusion = classes.map((_, row) => classes.map((_, at) => (at === row ? images : 1)));
  const interval = { level: 0.95, low: 0.5, high: 0.75, method: 'Wilson score' };
  const accuracy = accuracyOf(confusion);
  return { accuracy, loss: 0.5, confusion, perClass: perClass(confusion, classes), interval };
}

test('accuracy, classes and confusion stand in columns of a terminal', (t) => {
  t.is(
    scoreTable('tiny, test part', scores(2, 9), plainPaint),
    [
      'tiny, test part',
      'Accuracy  90.00%  95% interval 50.00–75.00%',
      'Loss      0.5000',
      '',
      'Class    Precision  Recall      F1  Images',
      'class 0     90.00%  90.00%  90.00%      10',
      'class 1     90.00%  90.00%  90.00%      10',
      '',
      'Confusion matrix: rows true class, columns predicted',
      'True class  0  1',
      '0 class 0   9  1',
      '1 class 1   1  9',
      '',
    ].join('\n'),
  );
});

test('ten classes of thousands of images fit 80 columns; a wider matrix is left to JSON', (t) => {
  const ten = scoreTable('x', scores(10, 1000), plainPaint);
  t.regex(ten, /rows true class/);
  t.true(ten.split('\n').every((line) => [...line].length <= 80));
  const many = scoreTable('x', scores(40, 1000, '\u001b[31m'), plainPaint);
  t.regex(many, /The confusion matrix of 40 classes is too wide here: see --json/);
  t.true(many.split('\n').every((line) => [...line].length <= 80));

  t.notRegex(many, /\u001b/);
});

test('what became of the rows is counted, the most frequent named', (t) => {
  const byArticleType = { Watches: 1200, Socks: 20, Belts: 3, Ties: 1 };
  const text = coverageLines({
    rows: 3000,
    mapped: { count: 1770, byArticleType: { Jeans: 1770 } },
    unmapped: { count: 1224, byArticleType, withoutImage: 2 },
    missing: { count: 5, byArticleType: { Jeans: 5 } },
    unreadable: { count: 1, byArticleType: { Jeans: 1 }, byReason: { truncated: 1 }, examples: [] },
  });
  t.is(
    text,
    [
      'Rows        3,000',
      'mapped      1,770  Jeans 1,770',
      'unmapped    1,224  Watches 1,200, Socks 20, Belts 3, …',
      'missing         5  Jeans 5',
      'unreadable      1  truncated 1',
      '',
    ].join('\n'),
  );
});
