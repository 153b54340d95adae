import type { Choice } from '../choice.ts';
import { between, curve, ellipse } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import { PALETTE, mixed, skinTone } from './colours.ts';
import type { Colour } from './colours.ts';
import { both, corners, flat, flip, limb, paint, symmetrical } from './scene.ts';
import type { Layer, Material } from './scene.ts';

/** Who, or what, wears the clothes; half widths and the lines that limbs follow. */
export interface Figure {
  /** False for a garment laid out by itself. */
  readonly isWorn: boolean;
  readonly isWoman: boolean;
  readonly shoulder: number;
  readonly waist: number;
  readonly hip: number;
  /** From shoulder to hand, the right one and the left one. */
  readonly arms: readonly [Outline, Outline];
  readonly skin: Material;
  readonly hair: Colour;
}

/** Heights on the figure. */
export const NECK = 19;
export const SHOULDER = 22.5;
export const WAIST = 41;
export const CROTCH = 55;
export const KNEE = 75;
export const ANKLE = 98;

export interface FigureOptions {
  readonly isWorn: boolean;
  readonly isWoman: boolean;
}

export function drawFigure(choice: Choice, { isWorn, isWoman }: FigureOptions): Figure {
  const shoulder = isWoman ? choice.between(10.5, 12) : choice.between(12.8, 14.8);
  const tone = skinTone(choice);
  const hairs = { dark: 6, brown: 3, fair: 1 };
  const hair = { dark: PALETTE.Black, brown: PALETTE.Brown, fair: PALETTE.Tan };
  return {
    isWorn,
    isWoman,
    shoulder,
    waist: isWoman ? choice.between(7.8, 9.4) : choice.between(9.8, 11.5),
    hip: isWoman ? choice.between(10, 11.4) : choice.between(10, 11.2),
    arms: [armLine(choice, shoulder, isWorn), flip(armLine(choice, shoulder, isWorn))],
    skin: { colourAt: () => tone, lightAt: (x) => 1.03 - 0.0005 * x * x },
    hair: hair[choice.pick<keyof typeof hair>(hairs)],
  };
}

/** Hanging, held out a little, or with the hand on the hip. */
function armLine(choice: Choice, shoulder: number, isWorn: boolean): Point[] {
  const from: Point = [shoulder - 2, SHOULDER + 1.5];
  const pose = isWorn ? choice.pick({ down: 6, hip: 2, back: 1 }) : 'laid';
  switch (pose) {
    case 'hip':
      return bent(from, [shoulder + 7.5, 38.5], [11, 47]);
    case 'back':
      return bent(from, [shoulder + 3.5, 38], [9, 48]);
    case 'laid':
      return bent(
        from,
        [shoulder + choice.between(2, 5.5), 38],
        [shoulder + choice.between(2, 8), 55],
      );
    case 'down': {
      const elbow: Point = [shoulder + choice.between(1.5, 3), 39];
      return bent(from, elbow, [shoulder + choice.between(-1, 3), 56]);
    }
  }
}

const bent = (from: Point, elbow: Point, to: Point): Point[] => [
  ...curve(from, between(from, elbow, 0.7), elbow),
  ...curve(elbow, between(elbow, to, 0.15), to).slice(1),
];

/** Head, hair and neck. Long hair falls behind the shoulders. */
export function drawHead(choice: Choice, { isWoman, skin, hair }: Figure): Layer[] {
  const turn = choice.between(-1.2, 1.2);
  const strands = flat(hair);
  const shade = flat(mixed(skin.colourAt(0, 0), PALETTE.Brown, 0.35));
  const length = isWoman ? choice.between(17, 29) : 0;
  const fall = symmetrical(corners([0, 1], [4.5, 2.5], [6.4, 9], [7, length - 2], [3, length]));
  const fringe: Outline = [
    ...curve([-5.2, 11], [-6.5, 0], [0, 0.5]),
    ...curve([0, 0.5], [6.5, 0], [5.2, 11]).slice(1),
    ...curve([4.4, 8.5], [2, 3.5 + turn], [-4.4, 8.5]),
  ];
  return [
    ...(isWoman ? [paint(fall, strands)] : []),
    paint(corners([-2.7, 13], [2.7, 13], [3.6, 22], [-3.6, 22]), shade),
    paint(ellipse([turn * 0.4, 9.6], 4.7, 6.9), skin),
    paint(
      fringe.map(([x, y]) => [x + turn * 0.3, y]),
      strands,
    ),
    ...both(ellipse([1.9, 9.2], 0.7, 0.4), strands),
    paint(ellipse([turn * 0.5, 13.6], 1.3, 0.5), flat([0.72, 0.38, 0.36])),
  ];
}

export const drawArms = ({ arms, skin, isWoman }: Figure): Layer[] =>
  arms.map((arm) => paint(limb(arm, isWoman ? 4.2 : 5.4, 3.2), skin));

/** Legs and shoes, from the crotch down. */
export function drawLegs(choice: Choice, { hip, skin }: Figure): Layer[] {
  const foot = choice.between(2.6, 4);
  const leg: Outline = corners(
    [0.3, CROTCH - 6],
    [hip - 0.8, CROTCH - 5],
    ...curve([hip - 1.2, CROTCH + 3], [hip - 2, KNEE - 6], [hip - 3.6, KNEE]),
    ...curve([hip - 3.2, KNEE + 6], [hip - 3, KNEE + 12], [hip - 5, ANKLE]),
    [hip - 8, ANKLE],
    ...curve([hip - 8.4, KNEE + 12], [hip - 9.2, KNEE + 5], [hip - 8.8, KNEE]),
  );
  const shoe = flat(mixed(PALETTE.Black, PALETTE.Tan, choice.between(0, 1)));
  return [...both(leg, skin), ...both(ellipse([hip - 6, ANKLE + 1.8], foot, 2.6), shoe)];
}
