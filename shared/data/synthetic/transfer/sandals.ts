import { band, curve } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import { cutCloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import { lyingOnTable } from './on-table.ts';
import { flat, line, lit, paint, recoloured, stroke } from './scene.ts';
import type { Layer, Scene, Studio } from './scene.ts';

/** The sole of a foot from above, the toe to the right. */
const FOOTBED: Outline = [
  ...curve([-22, 0], [-22, -5.5], [-14, -5]),
  ...curve([-12, -4.8], [0, -2.5], [8, -6]),
  ...curve([10, -6.8], [22, -8.5], [23, -1]),
  ...curve([23, 1], [22, 7], [10, 6]),
  ...curve([8, 5.8], [-6, 3], [-14, 5.2]),
  ...curve([-16, 5.4], [-22, 5], [-22, 0]),
];

const lowered = (outline: Outline, drop: number): Point[] =>
  outline.map(([x, y]) => [x - drop * 0.1, y + drop]);

function drawSole(thickness: number, edge: Layer['material'], bed: Layer['material']): Layer[] {
  const steps = [1, 0.75, 0.5, 0.25].map((share) =>
    paint(lowered(FOOTBED, thickness * share), edge),
  );
  return [...steps, paint(FOOTBED, bed)];
}

export function flipFlops(studio: Studio): Scene {
  const { choice } = studio;
  const cloth = cutCloth(studio, { plain: 6, stripes: 1, flowers: 2 });
  const strap = recoloured(cloth, cloth.accent);
  const width = choice.between(1.8, 3.4);
  const knot: Point = [13, -1.5];
  const rise = choice.between(5, 9);
  return lyingOnTable(choice, [
    ...drawSole(
      choice.between(2, 5),
      recoloured(cloth, mixed(cloth.base, PALETTE.Black, 0.4)),
      cloth,
    ),
    line(curve(knot, [6, -6 - rise], [-5, -5]), width, lit(strap, 0.9)),
    line(curve(knot, [8, 2 - rise * 0.4], [-5, 4.6]), width, strap),
    paint(band([13, -2.4], [13.4, 0.4], 1.6), flat(PALETTE.Black)),
  ]);
}

export function sandals(studio: Studio): Scene {
  const { choice } = studio;
  const cloth = cutCloth(studio, { plain: 8, melange: 2 });
  const bed = recoloured(cloth, mixed(cloth.base, PALETTE.Tan, choice.between(0.2, 0.8)));
  const width = choice.between(2.6, 5.4);
  const over = (x: number, rise: number): Layer =>
    line(curve([x, -6], [x + 1.5, -4 - rise], [x - 2, 5.6]), width, cloth);
  const back = curve([-12, -5], [-25, -12], [-13, 5]);
  return lyingOnTable(choice, [
    ...drawSole(
      choice.between(2, 5),
      recoloured(cloth, mixed(cloth.base, PALETTE.Black, 0.5)),
      bed,
    ),
    line(back, width * 0.7, lit(cloth, 0.85)),
    over(12, choice.between(4, 8)),
    ...(choice.chance(0.7) ? [over(choice.between(2, 6), choice.between(6, 10))] : []),
    ...(choice.chance(0.5) ? [stroke([12, -4], [-8, -8], width * 0.6, lit(cloth, 1.1))] : []),
    over(-6, choice.between(9, 15)),
  ]);
}
