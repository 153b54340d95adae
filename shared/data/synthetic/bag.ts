import type { Choice } from './choice.ts';
import { band, curve, ellipse, mirrored, ribbon } from './geometry.ts';
import type { Point } from './geometry.ts';
import type { Garment, Layer } from './garment.ts';

export const bag: Garment = {
  patterns: {
    plain: 10,
    stripes: 0.7,
    pinstripes: 0.5,
    checks: 0.7,
    speckle: 2,
    print: 1.5,
    blocks: 2,
  },
  draw: (choice) => {
    const half = choice.between(0.26, 0.46);
    const top = choice.between(0.12, 0.46);
    const bottom = choice.between(0.78, 0.94);
    const taper = choice.between(-0.07, 0.08);
    const round = choice.between(0.02, 0.1);
    const right = 0.5 + half;
    const body = mirrored([
      ...curve([right - taper - round, top], [right - taper, top], [right - taper, top + round], 3),
      ...curve([right, bottom - round], [right, bottom], [right - round, bottom], 3),
    ]);
    return [
      ...drawHandle(choice, { half: half - taper, top }),
      { outline: body, light: 1 },
      ...drawFlap(choice, { half: half - taper, top, bottom }),
      ...drawPocket(choice, { half, top, bottom }),
    ];
  },
};

interface BagFrame {
  readonly half: number;
  readonly top: number;
}

function drawHandle(choice: Choice, { half, top }: BagFrame): Layer[] {
  const kind = choice.pick({ grip: 5, strap: 4, none: 3 });
  if (kind === 'none') return [];
  const spread = half * (kind === 'grip' ? choice.between(0.3, 0.6) : choice.between(0.75, 0.98));
  const rise = kind === 'grip' ? choice.between(0.2, 0.4) : choice.between(0.3, 0.7);
  const peak = Math.max(top - rise, 0.03);
  const middle: Point = [0.5, peak];
  const line = [
    ...curve([0.5 - spread, top + 0.03], [0.5 - spread * 0.8, peak], middle),
    ...curve(middle, [0.5 + spread * 0.8, peak], [0.5 + spread, top + 0.03]).slice(1),
  ];
  return [{ outline: ribbon(line, choice.between(0.03, 0.06)), light: choice.between(0.6, 1.1) }];
}

interface BagBody extends BagFrame {
  readonly bottom: number;
}

function drawFlap(choice: Choice, { half, top, bottom }: BagBody): Layer[] {
  if (!choice.chance(0.45)) return [];
  const depth = (bottom - top) * choice.between(0.25, 0.6);
  const corner: Point = [0.5 + half * 0.97, top + depth * 0.6];
  const outline = mirrored([
    [0.5 + half * 0.97, top],
    ...curve(corner, [0.5 + half * 0.9, top + depth], [0.5 + half * 0.3, top + depth]),
  ]);
  const buckle = ellipse([0.5, top + depth], 0.04, 0.035);
  return [
    { outline, light: choice.between(0.65, 1.15) },
    { outline: buckle, light: choice.between(0.3, 1.4) },
  ];
}

function drawPocket(choice: Choice, { half, top, bottom }: BagBody): Layer[] {
  if (!choice.chance(0.35)) return [];
  const y = top + (bottom - top) * choice.between(0.45, 0.6);
  const seam = band([0.5 - half * 0.7, y], [0.5 + half * 0.7, y], 0.03);
  return [{ outline: seam, light: choice.between(0.4, 0.8) }];
}
