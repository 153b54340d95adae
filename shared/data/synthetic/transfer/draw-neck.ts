import type { Choice } from '../choice.ts';
import { curve, ellipse } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import { mixed, PALETTE } from './colours.ts';
import { NECK, SHOULDER } from './figure.ts';
import { both, corners, line, lit, paint, recoloured, stroke, symmetrical } from './scene.ts';
import type { Layer, Material } from './scene.ts';
import type { DressedTop } from './tops.ts';

const HALF = 4.4;
const RIM = NECK + 0.2;

/** The opening for the head: skin or lining within, a rim or collar around. */
export function drawNeck(choice: Choice, top: DressedTop): Layer[] {
  const { figure, cloth, cut } = top;
  const inside = figure.isWorn ? figure.skin : lit(cloth, 0.55);
  const rim = recoloured(cloth, mixed(cloth.base, cloth.accent, choice.between(0, 0.8)));
  switch (cut.neck) {
    case 'round':
      return opening(
        curve([-HALF, RIM], [0, RIM + cut.neckDepth * 2], [HALF, RIM], 8),
        inside,
        rim,
      );
    case 'scoop':
      return opening(
        curve([-HALF - 2, RIM], [0, RIM + cut.neckDepth * 3.4], [HALF + 2, RIM], 8),
        inside,
        rim,
      );
    case 'vee':
      return opening(corners([-HALF, RIM], [0, RIM + cut.neckDepth * 2], [HALF, RIM]), inside, rim);
    case 'straps':
      return figure.isWorn ? drawStraps(top) : [];
    case 'collar':
      return pointed(cloth, inside, cut.neckDepth);
    case 'polo':
      return [...pointed(rim, inside, 3), stroke([0, RIM + 4], [0, RIM + 12], 2, lit(rim, 0.95))];
    case 'stand':
      return stand(lit(rim, 0.96), inside);
    case 'hood':
      return hood(cloth, inside);
  }
}

function opening(edge: Outline, inside: Material, rim: Material): Layer[] {
  return [paint(edge, inside), line(edge, 1.5, rim)];
}

/** Shoulders and arms are bare; two bands hold the dress. */
function drawStraps({ figure, cloth, cut }: DressedTop): Layer[] {
  const x = cut.chest - 5;
  const above: Outline = symmetrical(
    corners(
      [0, NECK],
      [figure.shoulder - 3, SHOULDER],
      [cut.chest - 1, SHOULDER + 6.5],
      [2, SHOULDER + 7.5],
    ),
  );
  const strap: Outline = corners([x - 0.6, SHOULDER - 1.4], [x, SHOULDER + 8]);
  return [
    paint(above, figure.skin),
    line(strap, 1.6, cloth),
    line(
      strap.map(([at, y]): Point => [-at, y]),
      1.6,
      cloth,
    ),
  ];
}

function pointed(material: Material, inside: Material, depth: number): Layer[] {
  const half: Outline = corners(
    [1.2, RIM - 2],
    [5.2, RIM + 0.4],
    [4.6, RIM + 5],
    [0.4, RIM + depth + 0.5],
  );
  return [
    paint(corners([-3.6, RIM - 0.6], [3.6, RIM - 0.6], [0, RIM + depth + 1]), inside),
    ...both(half, lit(material, 1.06)),
    ...both(
      corners([0.4, RIM + depth + 0.6], [4.6, RIM + 5.1], [4.4, RIM + 5.9]),
      lit(material, 0.7),
    ),
  ];
}

function stand(material: Material, inside: Material): Layer[] {
  const outline = symmetrical(corners([3.4, NECK - 3], [5.2, NECK + 1.6], [0, NECK + 3.4]));
  return [
    paint(outline, material),
    paint(corners([-2.6, NECK - 2.6], [2.6, NECK - 2.6], [0.2, NECK + 2]), inside),
  ];
}

function hood(cloth: Material, inside: Material): Layer[] {
  const cord = recoloured(cloth, PALETTE.White);
  return [
    paint(ellipse([-5, NECK + 1.4], 4.6, 3.4), lit(cloth, 0.85)),
    paint(ellipse([5, NECK + 1.4], 4.6, 3.4), lit(cloth, 0.92)),
    paint(corners([-3.6, NECK - 0.6], [3.6, NECK - 0.6], [0, NECK + 6]), inside),
    ...both(corners([1.4, NECK + 5], [2, NECK + 5], [2.2, NECK + 13], [1.6, NECK + 13]), cord),
  ];
}
