import { band, curve, ellipse, mirrored } from './geometry.ts';
import type { Outline, Point } from './geometry.ts';
import { pairOf } from './garment.ts';
import type { Layer } from './garment.ts';
import { CENTRE, TOP } from './top-style.ts';
import type { TopStyle } from './top-style.ts';

/** The light of the lining, seen through an opening. */
const LINING = 0.35;
const BUTTONS = 6;

export function drawNeckline(style: TopStyle): Layer[] {
  const { neck, neckWidth, neckDepth, collar, contrast } = style;
  if (neck === 'closed' || collar === 'hood') return [];
  const hole = (width: number, depth: number): Outline => {
    const left: Point = [CENTRE - width, TOP - 0.015];
    const right: Point = [CENTRE + width, TOP - 0.015];
    const bottom: Point = [CENTRE, TOP + depth * 2];
    return neck === 'vee' ? [left, bottom, right] : curve(left, bottom, right);
  };
  // Deep necklines show the background, shallow ones and collars the inside of the back.
  const inside = collar === 'none' && neckDepth > 0.09 ? 0 : LINING;
  return [
    { outline: hole(neckWidth + 0.015, neckDepth + 0.025), light: 1 + contrast * 0.5 },
    { outline: hole(neckWidth - 0.005, neckDepth), light: inside },
  ];
}

export function drawOpening({ opening, length, neckDepth, contrast }: TopStyle): Layer[] {
  const light = 1 + contrast;
  const start = TOP + neckDepth;
  switch (opening) {
    case 'none':
      return [];
    case 'placket':
      return [{ outline: band([CENTRE, start], [CENTRE, start + 0.2], 0.05), light }];
    case 'zip':
      return [{ outline: band([CENTRE, start], [CENTRE, length], 0.04), light }];
    case 'buttons': {
      const step = (length - start - 0.08) / (BUTTONS - 1);
      return Array.from({ length: BUTTONS }, (_, index) => ({
        outline: ellipse([CENTRE, start + 0.04 + step * index], 0.026, 0.026),
        light,
      }));
    }
    case 'open': {
      const gap = mirrored([
        [CENTRE, start - 0.02],
        [CENTRE + 0.07, length + 0.02],
      ]);
      return [{ outline: gap, light: LINING }];
    }
  }
}

export function drawCollar({ collar, neckWidth, neckDepth, contrast }: TopStyle): Layer[] {
  const light = 1 + contrast;
  switch (collar) {
    case 'none':
      return [];
    case 'points':
      return pairOf(pointedCollar(neckWidth, neckDepth), light);
    case 'lapels':
      return pairOf(lapel(neckWidth), light);
    case 'stand': {
      const half: Outline = [
        [CENTRE + neckWidth, TOP - 0.045],
        [CENTRE + neckWidth + 0.01, TOP + 0.035],
      ];
      return [{ outline: mirrored(half), light }];
    }
    case 'hood':
      return [
        { outline: ellipse([CENTRE, TOP + 0.05], neckWidth + 0.07, 0.11), light },
        { outline: ellipse([CENTRE, TOP + 0.045], neckWidth * 0.7, 0.06), light: LINING },
      ];
  }
}

const pointedCollar = (neckWidth: number, neckDepth: number): Outline => [
  [CENTRE + neckWidth * 0.7, TOP - 0.035],
  [CENTRE + neckWidth + 0.04, TOP + 0.025],
  [CENTRE + neckWidth * 0.85, TOP + neckDepth + 0.06],
  [CENTRE, TOP + neckDepth * 0.8],
];

const lapel = (neckWidth: number): Outline => [
  [CENTRE + neckWidth * 0.8, TOP - 0.03],
  [CENTRE + neckWidth + 0.03, TOP + 0.03],
  [CENTRE + neckWidth + 0.04, TOP + 0.17],
  [CENTRE, TOP + 0.34],
  [CENTRE + 0.01, TOP + 0.28],
];
