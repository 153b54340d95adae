import type { Choice } from './choice.ts';
import { ellipse, flipped, mirrored } from './geometry.ts';
import type { Outline } from './geometry.ts';
import type { Garment, Layer } from './garment.ts';

export const trouser: Garment = {
  patterns: {
    plain: 12,
    stripes: 0.3,
    pinstripes: 1.5,
    checks: 0.7,
    speckle: 2,
    print: 0,
    blocks: 1,
  },
  draw: (choice) => {
    const top = choice.between(0.03, 0.08);
    const end = choice.chance(0.12) ? choice.between(0.6, 0.8) : choice.between(0.9, 0.97);
    const hip = choice.between(0.11, 0.18);
    const stride = choice.between(0, 0.08);
    const hem = hip * choice.between(0.4, 0.9);
    const crotch = choice.between(0.24, 0.36);
    const leg: Outline = [
      [0.5, top],
      [0.5 + hip * 0.85, top],
      [0.5 + hip, crotch - 0.02],
      [0.5 + stride + hem, end],
      [0.5 + stride, end],
      [0.5, crotch],
    ];
    const waistband = mirrored([
      [0.5 + hip * 0.85, top],
      [0.5 + hip * 0.88, top + 0.05],
    ]);
    return [
      { outline: leg, light: 1 },
      { outline: flipped(leg), light: choice.between(0.88, 1) },
      { outline: waistband, light: choice.between(0.6, 1.15) },
      ...(choice.chance(0.4) ? [knee(choice, hip)] : []),
    ];
  },
};

/** Worn denim: a pale or dark patch at a knee. */
function knee(choice: Choice, hip: number): Layer {
  const side = choice.chance(0.5) ? 1 : -1;
  return {
    outline: ellipse([0.5 + side * hip * 0.6, choice.between(0.45, 0.62)], hip * 0.3, 0.07),
    light: choice.between(0.7, 1.3),
  };
}
