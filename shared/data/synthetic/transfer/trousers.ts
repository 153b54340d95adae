import type { Choice } from '../choice.ts';
import { curve, ellipse } from '../geometry.ts';
import type { Outline } from '../geometry.ts';
import type { Cloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import { ANKLE, CROTCH, KNEE, WAIST } from './figure.ts';
import type { Figure } from './figure.ts';
import { both, corners, flip, line, lit, paint, recoloured, stroke, symmetrical } from './scene.ts';
import type { Layer } from './scene.ts';

/** Half widths of one leg, measured from the line through its middle. */
export interface TrouserCut {
  readonly knee: number;
  readonly hem: number;
  /** Height of the hem. */
  readonly end: number;
  readonly stripe: boolean;
  readonly pockets: boolean;
  /** How far the feet stand apart. */
  readonly stride: number;
}

export const plainTrousers: TrouserCut = {
  knee: 4.3,
  hem: 4,
  end: ANKLE,
  stripe: false,
  pockets: false,
  stride: 0.5,
};

export function drawTrousers(
  choice: Choice,
  { figure, cloth, cut }: { figure: Figure; cloth: Cloth; cut: TrouserCut },
): Layer[] {
  const { hip, waist } = figure;
  const middle = hip / 2 + cut.stride + 0.4;
  const low = Math.min(KNEE, cut.end);
  const share = Math.min((cut.end - CROTCH) / (KNEE - CROTCH), 1);
  const knee = hip / 2 + (cut.knee - hip / 2) * share;
  const leg: Outline = corners(
    [-0.3, WAIST + 3],
    [waist + 0.4, WAIST + 3],
    ...curve(
      [hip + 0.5, CROTCH - 4],
      [middle + knee + 0.8, (CROTCH + KNEE) / 2],
      [middle + knee, low],
    ),
    [middle + cut.hem, cut.end],
    [middle - cut.hem, cut.end + 0.6],
    [Math.max(middle - knee, 0.2), low],
    [0, CROTCH],
  );
  const side: Outline = corners(
    [hip - 0.6, CROTCH - 6],
    [middle + knee - 1.2, low],
    [middle + cut.hem - 1.2, cut.end],
  );
  const stripe = recoloured(cloth, cloth.accent);
  return [
    paint(flip(leg), lit(cloth, 0.94)),
    paint(leg, cloth),
    stroke([0, WAIST + 4], [0, CROTCH + 1], 0.7, lit(cloth, 0.65)),
    stroke([0.2, CROTCH], [Math.max(middle - knee, 0.4), low], 1, lit(cloth, 0.7)),
    ...(cut.stripe ? [line(side, 1.5, stripe), line(flip(side), 1.5, stripe)] : []),
    ...(cut.pockets ? drawPockets(figure, cloth) : []),
    ...drawWaistband(choice, figure, cloth),
  ];
}

function drawPockets({ waist, hip }: Figure, cloth: Cloth): Layer[] {
  const thread = recoloured(cloth, mixed(cloth.base, PALETTE.Tan, 0.5));
  const edge = curve([waist - 3.5, WAIST + 6], [waist - 2, WAIST + 10], [hip, WAIST + 10.5]);
  return [line(edge, 0.8, thread), line(flip(edge), 0.8, thread)];
}

function drawWaistband(choice: Choice, { waist }: Figure, cloth: Cloth): Layer[] {
  const band = symmetrical(corners([waist + 0.3, WAIST + 2.4], [waist + 0.8, WAIST + 6]));
  const button = paint(ellipse([0, WAIST + 4.4], 0.8, 0.8), recoloured(cloth, cloth.accent));
  const loops = both(
    corners(
      [waist - 4, WAIST + 2.4],
      [waist - 3.2, WAIST + 2.4],
      [waist - 3.2, WAIST + 6],
      [waist - 4, WAIST + 6],
    ),
    lit(cloth, 0.7),
  );
  return [paint(band, lit(cloth, choice.between(0.75, 0.95))), ...loops, button];
}
