import type { Choice } from './choice.ts';
import type { Garment } from './garment.ts';
import { drawTop } from './top.ts';
import type { TopStyle } from './top-style.ts';

/**
 * The five kinds of top draw the same parameters from ranges that overlap on purpose: a plain
 * long-sleeved shirt without a visible collar *is* a pullover to the eye. That, not wrong labels,
 * is why no model can name them all.
 */
export const tShirt: Garment = {
  patterns: { plain: 8, stripes: 2, pinstripes: 1, checks: 0.5, speckle: 1, print: 6, blocks: 2 },
  draw: (choice) => {
    const kind = choice.pick({ sleeveless: 1, short: 12, long: 1 });
    return drawTop({
      ...basicTop(choice),
      ...sleevesOf(choice, kind),
      neck: choice.pick({ round: 7, vee: 3 }),
      collar: choice.pick({ none: 14, points: 1 }),
      opening: choice.pick({ none: 14, placket: 1 }),
      length: choice.between(0.8, 0.95),
    });
  },
};

export const pullover: Garment = {
  patterns: { plain: 8, stripes: 3, pinstripes: 1, checks: 0.5, speckle: 4, print: 3, blocks: 2 },
  draw: (choice) =>
    drawTop({
      ...basicTop(choice),
      ...sleevesOf(choice, choice.pick({ long: 14, threeQuarter: 1 })),
      neck: choice.pick({ round: 7, vee: 2, closed: 1 }),
      collar: choice.pick({ none: 9, stand: 2, hood: 2, points: 0.3 }),
      opening: choice.pick({ none: 14, placket: 0.7, zip: 0.5 }),
      contrast: trimContrast(choice),
      sleeveWidth: choice.between(0.12, 0.19),
      hasHemBand: choice.chance(0.75),
      length: choice.between(0.8, 0.92),
    }),
};

export const dress: Garment = {
  patterns: { plain: 10, stripes: 1, pinstripes: 1, checks: 1, speckle: 3, print: 0.5, blocks: 2 },
  draw: (choice) => {
    const waist = choice.between(0.08, 0.15);
    const hasStraps = choice.chance(0.35);
    const kind = choice.pick({ sleeveless: 5, short: 4, long: 4 });
    const chest = waist + choice.between(0.01, 0.04);
    return drawTop({
      ...basicTop(choice),
      ...sleevesOf(choice, hasStraps ? 'sleeveless' : kind),
      neck: hasStraps ? 'straps' : choice.pick({ round: 3, vee: 1 }),
      collar: choice.pick({ none: 12, points: 1 }),
      opening: choice.pick({ none: 12, buttons: 1 }),
      shoulder: chest - choice.between(-0.02, 0.03),
      chest,
      waist,
      hem: waist + choice.between(0.02, 0.16),
      sleeveWidth: choice.between(0.08, 0.13),
      length: choice.between(0.93, 0.98),
    });
  },
};

export const coat: Garment = {
  patterns: {
    plain: 12,
    stripes: 0.5,
    pinstripes: 1,
    checks: 1,
    speckle: 3,
    print: 0.5,
    blocks: 1,
  },
  draw: (choice) =>
    drawTop({
      ...basicTop(choice),
      ...sleevesOf(choice, 'long'),
      neck: choice.pick({ round: 3, vee: 3, closed: 1 }),
      collar: choice.pick({ none: 3, stand: 3, lapels: 4, points: 2, hood: 2 }),
      opening: choice.pick({ none: 1, zip: 8, buttons: 2, open: 3 }),
      contrast: choice.chance(0.8) ? choice.between(-0.7, -0.25) : trimContrast(choice),
      hasHemBand: choice.chance(0.12),
      hasPockets: choice.chance(0.5),
      length: choice.between(0.88, 1),
    }),
};

export const shirt: Garment = {
  patterns: { plain: 7, stripes: 2, pinstripes: 4, checks: 4, speckle: 3, print: 1, blocks: 0.5 },
  draw: (choice) => {
    const kind = choice.pick({ sleeveless: 0.7, short: 3.5, threeQuarter: 3, long: 8 });
    return drawTop({
      ...basicTop(choice),
      ...sleevesOf(choice, kind),
      neck: choice.pick({ round: 4, vee: 4, closed: 1 }),
      collar: choice.pick({ none: 2, points: 10, stand: 1 }),
      opening: choice.pick({ none: 2, buttons: 9, placket: 2, zip: 0.5 }),
      contrast: trimContrast(choice),
      sleeveWidth: choice.between(0.1, 0.15),
      length: choice.between(0.86, 0.97),
    });
  },
};

function basicTop(choice: Choice): TopStyle {
  const chest = choice.between(0.18, 0.26);
  const waist = chest * choice.between(0.8, 1.02);
  return {
    shoulder: chest * choice.between(0.86, 1.02),
    chest,
    waist,
    hem: waist * choice.between(0.95, 1.15),
    length: 0.9,
    sleeve: 0,
    sleeveWidth: choice.between(0.11, 0.17),
    sleeveSpread: 0.3,
    neck: 'round',
    neckWidth: choice.between(0.06, 0.11),
    neckDepth: choice.between(0.03, 0.12),
    collar: 'none',
    opening: 'none',
    contrast: choice.between(-0.4, 0.2),
    hasHemBand: false,
    hasPockets: false,
  };
}

/** Trimmings are darker than the cloth, or a little lighter; now and then hardly either. */
function trimContrast(choice: Choice): number {
  const kind = choice.pick({ dark: 6, light: 3, faint: 0.7 });
  if (kind === 'dark') return choice.between(-0.5, -0.15);
  return kind === 'light' ? choice.between(0.12, 0.35) : choice.between(-0.1, 0.1);
}

type SleeveKind = 'sleeveless' | 'short' | 'threeQuarter' | 'long';

function sleevesOf(choice: Choice, kind: SleeveKind): Pick<TopStyle, 'sleeve' | 'sleeveSpread'> {
  switch (kind) {
    case 'sleeveless':
      return { sleeve: 0, sleeveSpread: 0 };
    case 'short':
      return { sleeve: choice.between(0.04, 0.32), sleeveSpread: choice.between(0.4, 1.1) };
    case 'threeQuarter':
      return { sleeve: choice.between(0.4, 0.8), sleeveSpread: choice.between(0.2, 0.5) };
    case 'long':
      return { sleeve: choice.between(0.84, 1), sleeveSpread: choice.between(0.12, 0.32) };
  }
}
