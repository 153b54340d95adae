import { curve } from '../geometry.ts';
import type { Cloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import { corners, flat, paint, recoloured, stroke } from './scene.ts';
import type { Layer, Material } from './scene.ts';

/** A closed shoe from the side: x to the toe, y up from the ground. */
export interface ShoeCut {
  /** Thickness of the sole at the toe and at the heel. */
  readonly sole: number;
  readonly heel: number;
  /** Height of the upper at the ankle, above the ground. */
  readonly ankle: number;
  /** Height of the toe cap. */
  readonly toe: number;
  /** How far the toe reaches. */
  readonly tip: number;
  readonly isPointed: boolean;
}

export const BACK = -22;

export function drawUpper(
  { sole, heel, ankle, toe, tip, isPointed }: ShoeCut,
  material: Material,
): Layer {
  const nose = isPointed ? 0.86 : 1;
  const outline = corners(
    [BACK + 1, heel],
    ...curve([BACK - 0.5, heel + 4], [BACK + 1, ankle - 3], [BACK + 0.6, ankle]),
    ...curve([BACK + 4, ankle + 1], [BACK + 9, ankle - 3], [-5, ankle + 1]),
    ...curve([-3, ankle + 0.4], [3, toe + 4.5], [8, toe + 1.8]),
    ...curve([10, toe + 1.2], [tip - 5, toe + 1.4], [tip - 3.5, toe * nose - 0.6]),
    ...curve([tip - 2.4, toe * nose - 1.4], [tip + 0.4, toe * nose - 2.6], [tip + 0.2, sole + 0.6]),
    [tip - 1, sole],
    ...curve([6, sole], [-4, sole], [-12, heel]),
  );
  return paint(outline, material);
}

/** The dark inside, seen from above. */
export const drawMouth = ({ ankle }: ShoeCut, material: Cloth): Layer =>
  paint(
    corners(
      [-12, ankle - 2.2],
      ...curve([BACK + 1.4, ankle], [-13, ankle + 3.4], [-5, ankle + 0.8]),
    ),
    recoloured(material, mixed(material.base, PALETTE.Black, 0.6)),
  );

/** A sole of one piece. */
export function drawSole({ sole, heel, tip }: ShoeCut, material: Material): Layer {
  const outline = corners(
    [BACK + 0.4, heel + 0.8],
    ...curve([-12, heel + 0.5], [-4, sole], [tip - 2, sole + 0.3]),
    [tip + 1.2, sole + 0.5],
    [tip - 1, 0],
    [BACK + 1.5, 0],
  );
  return paint(outline, material);
}

export const drawLaces = (cut: ShoeCut, material: Cloth, colour = material.accent): Layer[] =>
  [0.1, 0.35, 0.6, 0.85].map((share) => {
    const x = -3 + share * 12;
    const y = cut.ankle - share * (cut.ankle - cut.toe - 2.5);
    return stroke([x - 2, y - 2.4], [x + 2.2, y + 0.6], 1.1, flat(colour));
  });
