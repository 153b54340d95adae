import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../../../shared/errors.ts';
import { findGarment } from '../../../../shared/data/products/find-garment.ts';
import { toGrey } from '../../../../shared/data/products/grey.ts';
import { prepare } from '../../../../shared/data/products/prepare.ts';
import type { Picture } from '../../../../shared/data/products/picture.ts';
import { BLACK, drawn, WHITE } from './pictures.ts';
import type { Colour } from './pictures.ts';

const SIZE = { height: 28, width: 28 };

/** A dark rectangle on a light ground. */
const rectangle = (
  [left, top, width, height]: readonly [number, number, number, number],
  { ground = WHITE, dark = BLACK }: { ground?: Colour; dark?: Colour } = {},
): Picture =>
  drawn(60, 80, (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height ? dark : ground,
  );

/** Rows as text: # bright, . dark. */
const rowsOf = (image: Uint8Array, width: number): string[] =>
  Array.from({ length: image.length / width }, (_, row) =>
    [...image.subarray(row * width, (row + 1) * width)]
      .map((value) => (value > 127 ? '#' : '.'))
      .join(''),
  );

test('grey is the luma of BT.601', (t) => {
  const colours: readonly Colour[] = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
    [12, 200, 99],
  ];
  // As Pillow's convert("L").
  t.deepEqual([...toGrey(drawn(5, 1, (x) => colours[x]!))], [76, 150, 29, 255, 132]);
});

test('"paper" stretches the whole picture and inverts it', async (t) => {
  const image = await prepare(rectangle([0, 0, 30, 80]), 'paper', SIZE);
  t.is(image.length, 28 * 28);
  t.true(rowsOf(image, 28).every((row) => row === '#'.repeat(14) + '.'.repeat(14)));
  t.is(image[0], 255);
  t.is(image[27], 0);
});

test('"fit" crops to the garment, keeps its aspect and centres it', async (t) => {
  const upright = rowsOf(await prepare(rectangle([5, 10, 20, 40]), 'fit', SIZE), 28);
  t.true(upright.every((row) => row === '.'.repeat(7) + '#'.repeat(14) + '.'.repeat(7)));
  const lying = rowsOf(await prepare(rectangle([2, 60, 56, 14]), 'fit', SIZE), 28);
  const blank = '.'.repeat(28);
  t.deepEqual(lying.slice(0, 10), Array<string>(10).fill(blank));
  t.deepEqual(lying.slice(11, 17), Array<string>(6).fill('#'.repeat(28)));
  t.deepEqual(lying.slice(18), Array<string>(10).fill(blank));
});

test('"fit" enlarges what is small', async (t) => {
  const rows = rowsOf(await prepare(rectangle([30, 40, 7, 7]), 'fit', SIZE), 28);
  t.true(rows.every((row) => row === '#'.repeat(28)));
});

test('the ground may have any light colour, and strings and specks do not count', (t) => {
  const ground: Colour = [232, 228, 220];
  const picture = rectangle([10, 20, 30, 40], { ground, dark: [90, 30, 30] });
  for (let y = 0; y < 20; y++) picture.pixels.set([90, 30, 30], 3 * (y * 60 + 24));
  picture.pixels.set([200, 200, 200], 3 * (70 * 60 + 5));
  t.deepEqual(findGarment(picture).box, { left: 10, top: 20, width: 30, height: 40 });
});

test('a near-blank picture is kept whole', async (t) => {
  const blank = drawn(60, 80, (x, y) => [250 - ((x + y) % 3), 250, 250]);
  t.deepEqual(findGarment(blank), { box: { left: 0, top: 0, width: 60, height: 80 }, lean: 0 });
  const image = await prepare(blank, 'fit', SIZE);
  t.true(image.every((value) => value < 10));
});

/** A wedge on the ground, thick at one end. */
const shoe = (toe: 'left' | 'right'): Picture =>
  drawn(60, 80, (x, y) => {
    const fromToe = toe === 'left' ? x - 5 : 54 - x;
    return fromToe >= 0 && fromToe < 50 && y < 60 && y >= 58 - fromToe * 0.6 ? BLACK : WHITE;
  });

test('"fit" turns a shoe whose toe is on the right to the left, as the training images are', async (t) => {
  t.true(findGarment(shoe('right')).lean > 0.25);
  t.true(findGarment(shoe('left')).lean < -0.25);
  const [left, right] = [
    await prepare(shoe('left'), 'fit', SIZE),
    await prepare(shoe('right'), 'fit', SIZE),
  ];
  t.deepEqual(rowsOf(right, 28), rowsOf(left, 28));
  const asIs = await prepare(shoe('right'), 'paper', SIZE);
  t.deepEqual(
    rowsOf(asIs, 28),
    rowsOf(await prepare(shoe('left'), 'paper', SIZE), 28).map((row) =>
      [...row].reverse().join(''),
    ),
    '"paper" leaves the picture as it is',
  );
});

test('"none" takes the picture as it is, and only of the right size', async (t) => {
  const picture = drawn(28, 28, (x, y) => [x, x, y]);
  t.deepEqual([...(await prepare(picture, 'none', SIZE))], [...toGrey(picture)]);
  const error = await t.throwsAsync(
    prepare(
      drawn(27, 28, () => BLACK),
      'none',
      SIZE,
    ),
    {
      instanceOf: UsageError,
    },
  );
  t.regex(error?.message ?? '', /28×28 pixels, got one of 27×28/);
});

test('pictures of every shape become images of the size asked for', async (t) => {
  const side = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 2, 700));
  const size = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 40 }),
  });
  const shapes = fc.record({ width: side, height: side, size, seed: fc.nat(1000) });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ width, height, size: target, seed }) => {
      const picture = drawn(width, height, (x, y) => {
        const value = ((x * 31 + y * 17 + seed) * 2654435761) >>> 24;
        return seed % 3 === 0 ? WHITE : [value, value ^ 85, 255 - value];
      });
      const { box } = findGarment(picture);
      const isInside =
        box.left >= 0 &&
        box.top >= 0 &&
        box.width >= 1 &&
        box.height >= 1 &&
        box.left + box.width <= width &&
        box.top + box.height <= height;
      const images = [
        await prepare(picture, 'paper', target),
        await prepare(picture, 'fit', target),
      ];
      return isInside && images.every((image) => image.length === target.width * target.height);
    }),
    { numRuns: 100 },
  );
  t.pass();
});

test('the same picture gives the same image each time', async (t) => {
  const picture = drawn(61, 79, (x, y) => [(x * y) % 256, (x * 3) % 256, (y * 5) % 256]);
  const first = await prepare(picture, 'fit', SIZE);
  const others = await Promise.all(Array.from({ length: 20 }, () => prepare(picture, 'fit', SIZE)));
  for (const other of others) t.deepEqual(other, first);
});
