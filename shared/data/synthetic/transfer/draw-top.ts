import type { Choice } from '../choice.ts';
import { curve } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import { mixed, PALETTE } from './colours.ts';
import { drawEmblem, drawFront, drawPockets } from './draw-front.ts';
import { drawNeck } from './draw-neck.ts';
import { NECK, SHOULDER, WAIST } from './figure.ts';
import {
  corners,
  flat,
  flip,
  limb,
  line,
  lit,
  paint,
  recoloured,
  stroke,
  symmetrical,
} from './scene.ts';
import type { Layer } from './scene.ts';
import type { DressedTop } from './tops.ts';

const CUFF = 0.9;

/** Draws a top on its figure: sleeves, body, and what is on it. */
export function drawTop(choice: Choice, top: DressedTop): Layer[] {
  const { cloth } = top;
  return [
    ...drawLining(top),
    ...drawSleeves(top),
    paint(symmetrical(bodyHalf(top)), cloth),
    ...drawSides(top),
    ...drawBands(top),
    ...drawEmblem(choice, top),
    ...drawPockets(top),
    ...drawFront(choice, top),
    ...drawNeck(choice, top),
  ];
}

function bodyHalf({ figure, cut }: DressedTop): Outline {
  const { shoulder } = figure;
  const { chest, waist, hem, end, neck } = cut;
  const side: Point = [waist * 2 - (chest + hem) / 2, WAIST];
  const edge = neck === 'straps' ? chest - 4 : cut.sleeve > 0 ? shoulder : shoulder - 2;
  return corners(
    [neck === 'straps' ? edge - 2 : 4.6, neck === 'straps' ? SHOULDER - 1 : NECK + 0.5],
    [edge, SHOULDER + (cut.sleeve > 0 ? 0 : -0.4)],
    ...curve([chest, SHOULDER + 9], side, [hem, end]),
    [hem * 0.5, end + 0.8],
  );
}

/** The inside of the back, where nobody is in the garment. */
function drawLining({ figure, cloth, cut }: DressedTop): Layer[] {
  if (figure.isWorn || cut.neck === 'straps') return [];
  const outline: Outline = corners(
    [-5, NECK - 0.8],
    [5, NECK - 0.8],
    [5, SHOULDER + cut.neckDepth],
    [-5, SHOULDER + cut.neckDepth],
  );
  return [paint(outline, lit(cloth, 0.6))];
}

function drawSleeves({ figure, cloth, cut }: DressedTop): Layer[] {
  if (cut.sleeve <= 0) return [];
  const material = cut.hasOtherSleeves ? recoloured(cloth, cloth.accent) : cloth;
  const wrist = cut.sleeve > 0.6 ? cut.sleeveWidth * 0.62 : cut.sleeveWidth * 0.95;
  return figure.arms.flatMap((arm, index) => {
    const sleeve = firstPart(arm, cut.sleeve * (cut.sleeve >= CUFF ? 0.97 : 1));
    const light = index === 0 ? 0.9 : 0.95;
    const end = sleeve.slice(-2);
    return [
      paint(limb(sleeve, cut.sleeveWidth, wrist), lit(material, light)),
      ...(cut.hasBands ? [{ ...line(end, wrist * 1.02, trim(cloth)) }] : []),
    ];
  });
}

const trim = (cloth: DressedTop['cloth']) =>
  recoloured(cloth, mixed(cloth.base, cloth.accent, 0.4));

/** The first share of a line, cut between its points. */
function firstPart(points: Outline, share: number): Point[] {
  const end = share * (points.length - 1);
  const whole = Math.floor(end);
  const kept = points.slice(0, whole + 1);
  const [from, to] = [points[whole], points[whole + 1]];
  if (from === undefined || to === undefined) return kept;
  const rest = end - whole;
  return [...kept, [from[0] + (to[0] - from[0]) * rest, from[1] + (to[1] - from[1]) * rest]];
}

/** The shades where the arms end and the body turns away. */
function drawSides({ cut }: DressedTop): Layer[] {
  const shade: Outline = corners(
    [cut.chest - 0.4, SHOULDER + 9],
    [cut.chest - 2.2, SHOULDER + 12],
    [cut.hem - 2, cut.end],
    [cut.hem, cut.end],
    [cut.waist * 2 - (cut.chest + cut.hem) / 2, WAIST],
  );
  const material = flat(PALETTE.Black);
  return [shade, flip(shade)].map((outline) => paint(outline, material, 0.1));
}

function drawBands({ cloth, cut }: DressedTop): Layer[] {
  if (!cut.hasBands) return [];
  const y = cut.end - 1.6;
  return [stroke([-cut.hem, y], [cut.hem, y], 3.2, trim(cloth))];
}
