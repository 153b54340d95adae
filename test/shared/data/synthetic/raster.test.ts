import test from 'ava';
import fc from 'fast-check';
import type { Outline, Point } from '../../../../shared/data/synthetic/geometry.ts';
import { createCanvas, fillOutline } from '../../../../shared/data/synthetic/raster.ts';

test('a rectangle covers each pixel by its area', (t) => {
  const canvas = createCanvas(3, 3);
  const rectangle: Outline = [
    [0.5, 0.5],
    [2.25, 0.5],
    [2.25, 2],
    [0.5, 2],
  ];
  fillOutline(canvas, rectangle, 1);
  t.deepEqual([...canvas.light], [0.25, 0.5, 0.125, 0.5, 1, 0.25, 0, 0, 0]);
});

test('paint covers what is there, and light 0 cuts a hole', (t) => {
  const canvas = createCanvas(1, 2);
  const pixel: Outline = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  fillOutline(canvas, pixel, 0.75);
  fillOutline(canvas, [...pixel].reverse(), 0.25);
  t.deepEqual([...canvas.light], [0.25, 0]);
  fillOutline(canvas, pixel, 0);
  t.deepEqual([...canvas.light], [0, 0]);
});

test('an outline outside the canvas, or without area, paints nothing', (t) => {
  const canvas = createCanvas(2, 2);
  for (const outline of [
    [],
    [[5, 5]],
    [
      [-9, -9],
      [-8, -9],
      [-8, -8],
    ],
    [
      [0, 1],
      [2, 1],
    ],
  ]) {
    fillOutline(canvas, outline as unknown as Outline, 1);
  }
  t.deepEqual([...canvas.light], [0, 0, 0, 0]);
});

test('coverage agrees with counting many points, where outlines cross themselves too', (t) => {
  const point = fc.tuple(fc.integer({ min: -8, max: 48 }), fc.integer({ min: -8, max: 48 }));
  const outlines = fc.array(point, { minLength: 3, maxLength: 7 });
  t.notThrows(() =>
    fc.assert(
      fc.property(outlines, (corners) => {
        const outline = corners.map(([x, y]): Point => [x / 8 + 0.01, y / 8 + 0.01]);
        const canvas = createCanvas(5, 5);
        fillOutline(canvas, outline, 1);
        for (let row = 0; row < 5; row++) {
          for (let column = 0; column < 5; column++) {
            const counted = countedShare(outline, column, row);
            if (Math.abs(canvas.light[row * 5 + column]! - counted) > 0.02) return false;
          }
        }
        return true;
      }),
    ),
  );
});

/** The slow twin: points on the same four rows, tested one by one. */
function countedShare(outline: Outline, column: number, row: number): number {
  const steps = 200;
  let inside = 0;
  for (let sample = 0; sample < 4; sample++) {
    for (let step = 0; step < steps; step++) {
      const point: Point = [column + (step + 0.5) / steps, row + (sample + 0.5) / 4];
      if (windingNumber(outline, point) !== 0) inside++;
    }
  }
  return inside / (4 * steps);
}

function windingNumber(outline: Outline, [x, y]: Point): number {
  let winding = 0;
  outline.forEach((to, index) => {
    const from = outline.at(index - 1)!;
    const side = (to[0] - from[0]) * (y - from[1]) - (x - from[0]) * (to[1] - from[1]);
    if (from[1] <= y && to[1] > y && side > 0) winding++;
    if (from[1] > y && to[1] <= y && side < 0) winding--;
  });
  return winding;
}
