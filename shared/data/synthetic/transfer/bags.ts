import type { Choice } from '../choice.ts';
import { curve, ellipse } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import { cutCloth } from './cloth.ts';
import type { Cloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import {
  both,
  corners,
  flat,
  flip,
  line,
  lit,
  paint,
  plate,
  recoloured,
  stroke,
  symmetrical,
} from './scene.ts';
import type { Layer, Scene, Studio } from './scene.ts';

const METAL = [0.78, 0.72, 0.55] as const;

interface BagCut {
  readonly top: number;
  readonly bottom: number;
  /** Half widths. */
  readonly upper: number;
  readonly lower: number;
}

/** Seen from the front and a little from the side, low in the picture. */
export function handbags(studio: Studio): Scene {
  const { choice } = studio;
  const leather = cutCloth(studio, { plain: 10, stripes: 1, flowers: 0.6, melange: 1 });
  const cut = {
    top: choice.between(30, 42),
    bottom: choice.between(62, 70),
    upper: choice.between(14, 21),
    lower: choice.between(17, 24),
  };
  const depth = choice.between(0, 5);
  const seam = lit(leather, 0.65);
  return {
    layers: [
      ...drawHandles(choice, cut, leather),
      paint(drawSide(cut, depth), lit(leather, 0.62)),
      paint(rounded(cut, choice.between(2, 6)), leather),
      stroke([-cut.upper + 1, cut.top + 2], [cut.upper - 1, cut.top + 2], 1.1, seam),
      ...drawDetails(choice, cut, leather),
    ],
    top: 0,
    bottom: 80,
    shadow: { centre: [1, cut.bottom + 0.5], radiusX: cut.lower, radiusY: 3 },
  };
}

const drawSide = ({ top, bottom, upper, lower }: BagCut, depth: number): Outline =>
  corners(
    [upper - 2, top + 1],
    [upper + depth * 0.7, top + 3],
    [lower + depth, bottom - 4],
    [lower - 2, bottom],
  );

const rounded = ({ top, bottom, upper, lower }: BagCut, corner: number): Outline =>
  symmetrical([
    ...curve([upper - corner, top], [upper, top], [upper + 0.4, top + corner], 3),
    ...curve([lower, bottom - corner], [lower, bottom], [lower - corner, bottom], 3),
  ]);

function drawHandles(choice: Choice, { top, upper }: BagCut, leather: Cloth): Layer[] {
  const kind = choice.pick({ pair: 6, strap: 3, clutch: 1 });
  if (kind === 'clutch') return [];
  const peak = kind === 'pair' ? Math.max(top - choice.between(12, 22), 6) : choice.between(3, 10);
  const spread = kind === 'pair' ? upper * choice.between(0.45, 0.7) : upper * 0.95;
  const arc = (shift: number): Point[] => [
    ...curve([shift - spread, top + 6], [shift - spread, peak], [shift, peak]),
    ...curve([shift, peak], [shift + spread, peak], [shift + spread, top + 6]).slice(1),
  ];
  const width = choice.between(1.4, 2.8);
  const behind = line(
    arc(1.6).map(([x, y]): Point => [x, y - 1.5]),
    width,
    lit(leather, 0.6),
  );
  return [...(kind === 'pair' ? [behind] : []), line(arc(0), width, lit(leather, 0.85))];
}

function drawDetails(choice: Choice, cut: BagCut, leather: Cloth): Layer[] {
  const middle = (cut.top + cut.bottom) / 2;
  const metal = flat(METAL);
  const trim = recoloured(leather, mixed(leather.base, leather.accent, choice.between(0.2, 0.9)));
  switch (choice.pick({ flap: 3, pocket: 3, bands: 2, plain: 1 })) {
    case 'flap':
      return [
        paint(
          symmetrical(
            corners(
              [cut.upper, cut.top],
              ...curve([cut.upper, cut.top + 6], [cut.upper, middle + 3], [3, middle + 4]),
            ),
          ),
          lit(leather, 1.12),
        ),
        paint(plate([0, middle + 3], 2, 1.6, 0.4), metal),
      ];
    case 'pocket':
      return [
        paint(plate([0, middle + 5], cut.upper * 0.6, 7, 1.5), lit(leather, 0.85)),
        stroke([-cut.upper * 0.55, middle - 1], [cut.upper * 0.55, middle - 1], 0.8, metal),
      ];
    case 'bands':
      return [
        ...both(
          corners(
            [cut.upper * 0.5, cut.top],
            [cut.upper * 0.5 + 2.4, cut.top],
            [cut.lower * 0.5 + 2.4, cut.bottom],
            [cut.lower * 0.5, cut.bottom],
          ),
          trim,
        ),
        ...both(ellipse([cut.upper * 0.5 + 1.2, cut.top + 7], 1.3, 1.3), metal),
      ];
    case 'plain':
      return [paint(ellipse([0, cut.top + 5], 1.4, 1.4), metal)];
  }
}

export function backpacks(studio: Studio): Scene {
  const { choice } = studio;
  const cloth = cutCloth(studio, { plain: 8, blocks: 2, melange: 1 });
  const half = choice.between(15, 20);
  const [top, bottom] = [choice.between(12, 17), choice.between(68, 73)];
  const trim = recoloured(cloth, mixed(cloth.base, cloth.accent, choice.between(0.3, 1)));
  const body = symmetrical([
    ...curve([0, top], [half, top - 1], [half - 0.5, top + 18]),
    ...curve([half + 1, bottom - 12], [half + 1, bottom], [half - 5, bottom]),
  ]);
  const strap = curve([half - 3, top + 8], [half + 7, top + 26], [half - 1, bottom - 10]);
  const loop = [
    ...curve([-4, top + 1], [-3.5, top - 6], [0, top - 6]),
    ...curve([0, top - 6], [3.5, top - 6], [4, top + 1]),
  ];
  const y = choice.between(48, 54);
  return {
    layers: [
      line(loop, 1.8, lit(cloth, 0.6)),
      line(strap, 2.6, lit(cloth, 0.55)),
      line(flip(strap), 2.6, lit(cloth, 0.55)),
      paint(body, cloth),
      line(curve([-half + 2, top + 17], [0, top + 2], [half - 2, top + 17]), 1, lit(cloth, 0.5)),
      paint(
        plate([0, (y + bottom) / 2], half * 0.76, (bottom - y) / 2 - 1, 3),
        choice.chance(0.5) ? trim : lit(cloth, 0.82),
      ),
      stroke([-half * 0.66, y + 3], [half * 0.66, y + 3], 0.9, flat(PALETTE.Black)),
      ...(choice.chance(0.6) ? [paint(plate([0, top + 23], choice.between(3, 9), 2.4), trim)] : []),
      ...both(plate([half - 1.5, bottom - 12], 2, 6, 1), lit(cloth, 0.6)),
    ],
    top: 0,
    bottom: 80,
    shadow: { centre: [0, bottom], radiusX: half, radiusY: 2.5 },
  };
}
