import test from 'ava';
import { confusionHeatmap } from '../../../../coordinator/report/figures/confusion.ts';
import { draw } from './drawing.ts';

const matrix = [
  [75, 25, 0],
  [0, 100, 0],
  [1, 0, 3],
];
const classes = ['cat', 'dog', 'bird'];

test('every count but zero is written in its cell', async (t) => {
  const { texts } = await draw(confusionHeatmap(matrix, classes, 'label'));
  const numbers = texts.filter((text) => /^\d+$/.test(text)).map(Number);
  t.deepEqual(
    numbers.sort((a, b) => a - b),
    [1, 3, 25, 75, 100],
  );
});

test('cells are shaded by their share of the row, right answers apart from errors', async (t) => {
  const drawn = await draw(confusionHeatmap(matrix, classes, 'label'));
  const cells = drawn.elements('path').filter(({ fill = '' }) => /right|wrong/.test(fill));
  const opacity = (cell: Record<string, string>): number => Number(cell['fill-opacity'] ?? 1);
  const shades = cells.map((cell) => [cell.fill!, opacity(cell)] as const);
  t.deepEqual(shades, [
    ['var(--right)', 0.75],
    ['var(--wrong)', 0.1 + 0.9 * 0.5],
    ['var(--right)', 1],
    ['var(--wrong)', 0.1 + 0.9 * 0.5],
    ['var(--right)', 0.75],
  ]);
});

test('rows are true and columns predicted classes', async (t) => {
  const drawn = await draw(
    confusionHeatmap(
      [
        [0, 5],
        [0, 0],
      ],
      ['cat', 'dog'],
      'label',
    ),
  );
  const at = (text: string): number[] =>
    /translate\(([\d.]+) ([\d.]+)\)/
      .exec(drawn.elements('text')[drawn.texts.indexOf(text)]?.transform ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  const count = drawn.elements('text')[drawn.texts.indexOf('5')]!;
  // Right of the middle (predicted dog), above it (true cat).
  const [x, y] = [Number(count.x ?? at('5')[0]), Number(count.y ?? at('5')[1])];
  t.true(x > 150 && y < 110, `${x}, ${y}`);
});

test('a class that the data lack leaves its row blank', async (t) => {
  const { texts } = await draw(
    confusionHeatmap(
      [
        [4, 0],
        [0, 0],
      ],
      ['cat', 'dog'],
      'label',
    ),
  );
  t.deepEqual(
    texts.filter((text) => /^\d+$|NaN/.test(text)),
    ['4'],
  );
});

test('with many classes names are thinned and counts left out', async (t) => {
  const many = Array.from({ length: 256 }, (_, index) => `c${index}`);
  const diagonal = many.map((_, row) => many.map((__, column) => (row === column ? 9 : 0)));
  const drawing = confusionHeatmap(diagonal, many, 'label');
  const { texts } = await draw(drawing);
  t.true(drawing.width <= 800);
  t.false(texts.includes('9'));
  t.true(texts.length < 100, `${texts.length} names`);
});

test('long names are shortened, hostile ones written harmlessly', async (t) => {
  const { svg } = await draw(
    confusionHeatmap(
      [
        [1, 0],
        [0, 1],
      ],
      ['<script>alert(1)</script>', 'x\u001b[31m\n{b|y}'],
      'label',
    ),
  );
  t.false(svg.includes('<script'));
  t.true(svg.includes('&lt;script&gt;aler…'.slice(0, 18)));
  t.false(/[\u001b]/.test(svg));
});
