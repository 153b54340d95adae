import { band, curve, mirrored } from './geometry.ts';
import type { Outline, Point } from './geometry.ts';
import { pairOf } from './garment.ts';
import type { Layer } from './garment.ts';
import { drawCollar, drawNeckline, drawOpening } from './top-details.ts';
import { CENTRE, TOP } from './top-style.ts';
import type { TopStyle } from './top-style.ts';

const SHOULDER = TOP + 0.06;
const ARMPIT = SHOULDER + 0.2;
const ARM_LENGTH = 0.74;

/** Draws a top as layers, the sleeves farthest. */
export function drawTop(style: TopStyle): Layer[] {
  return [
    ...drawSleeves(style),
    { outline: mirrored(bodyHalf(style)), light: 1 },
    ...drawNeckline(style),
    ...drawOpening(style),
    ...drawCollar(style),
    ...drawTrimmings(style),
  ];
}

function bodyHalf({ shoulder, chest, waist, hem, length, neck, neckWidth }: TopStyle): Outline {
  const side: Point = [CENTRE + waist, (ARMPIT + length) / 2];
  return [
    [CENTRE + neckWidth, TOP],
    [CENTRE + shoulder, neck === 'straps' ? TOP + 0.16 : SHOULDER],
    ...curve([CENTRE + chest, ARMPIT], side, [CENTRE + hem, length]),
    [CENTRE + hem * 0.5, length + 0.012],
  ];
}

function drawSleeves(style: TopStyle): Layer[] {
  if (style.sleeve <= 0) return [];
  const { shoulder, chest, sleeveSpread, sleeveWidth } = style;
  const norm = Math.sqrt(1 + sleeveSpread * sleeveSpread);
  const along: Point = [sleeveSpread / norm, 1 / norm];
  const reach = 0.1 + (ARM_LENGTH - 0.1) * style.sleeve;
  const wrist = sleeveWidth * (1 - 0.4 * style.sleeve);
  const tip: Point = [CENTRE + shoulder - 0.015, SHOULDER - 0.01];
  const outer: Point = [tip[0] + along[0] * reach, tip[1] + along[1] * reach];
  const inner: Point = [outer[0] - along[1] * wrist, outer[1] + along[0] * wrist];
  const sleeve: Outline = [
    tip,
    [tip[0] + along[1] * 0.03 + along[0] * 0.05, tip[1] + along[1] * 0.05],
    outer,
    inner,
    [CENTRE + chest - 0.02, ARMPIT + 0.01],
    [CENTRE + chest - 0.06, SHOULDER + 0.1],
  ];
  const cuffs = pairOf(band(outer, inner, 0.05), 1 + style.contrast * 0.7);
  return [
    ...pairOf(sleeve, 0.93 + 0.25 * Math.min(style.contrast, 0)),
    ...(style.hasHemBand ? cuffs : []),
  ];
}

function drawTrimmings({ hasHemBand, hasPockets, hem, length, contrast }: TopStyle): Layer[] {
  const light = 1 + contrast * 0.7;
  const height = length - 0.02;
  const hemBand = band([CENTRE - hem, height], [CENTRE + hem, height], 0.05);
  const pocket = band([CENTRE + 0.07, length - 0.24], [CENTRE + hem * 0.85, length - 0.2], 0.04);
  return [
    ...(hasHemBand ? [{ outline: hemBand, light }] : []),
    ...(hasPockets ? pairOf(pocket, light) : []),
  ];
}
