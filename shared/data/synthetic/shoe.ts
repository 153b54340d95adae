import { curve } from './geometry.ts';
import type { Outline, Point } from './geometry.ts';
import type { Layer } from './garment.ts';

/** A shoe from the side, the toe at the left; lengths in unit coordinates. */
export interface ShoeStyle {
  /** Height of the ground. */
  readonly ground: number;
  /** Thickness of the sole under the toe. */
  readonly sole: number;
  readonly soleLight: number;
  /** How far the heel lifts the foot above the sole. */
  readonly heel: number;
  /** Height of the toe cap above the sole. */
  readonly toe: number;
  /** Height of the upper above the heel. */
  readonly shaft: number;
  /** x where the shaft begins. */
  readonly throat: number;
}

/** The same with its heights in the picture (down is more). */
export interface Shoe extends ShoeStyle {
  /** The foot at the toes. */
  readonly low: number;
  /** The foot at the heel. */
  readonly seat: number;
  /** The upper edge of the shaft. */
  readonly rim: number;
}

export const TOE = 0.04;
export const HEEL = 0.95;
const FLAT_HEEL = 0.07;

export function createShoe(style: ShoeStyle): Shoe {
  const low = style.ground - style.sole;
  const seat = low - style.heel;
  return { ...style, low, seat, rim: seat - style.shaft };
}

/** The closed leather above the sole. */
export function drawUpper(shoe: Shoe): Layer[] {
  const { low, seat, rim, toe, throat } = shoe;
  const cap = low - toe;
  const outline: Outline = [
    ...insole(shoe),
    ...curve([HEEL + 0.01, seat - 0.1], [HEEL - 0.04, rim + 0.1], [HEEL - 0.02, rim]),
    ...curve([HEEL - 0.06, rim], [(throat + HEEL) / 2, rim + 0.05], [throat + 0.04, rim + 0.01]),
    ...curve([throat, rim + 0.02], [throat - 0.06, cap - 0.02], [0.26, cap]),
    ...curve([0.24, cap], [TOE - 0.01, low - toe * 0.9], [TOE, low - 0.01]),
  ];
  return [{ outline, light: 1 }];
}

export function drawSole(shoe: Shoe): Layer[] {
  const { ground, heel, soleLight: light } = shoe;
  const foot = insole(shoe);
  if (heel < FLAT_HEEL) {
    return [{ outline: [...foot, [HEEL + 0.01, ground], [TOE + 0.02, ground]], light }];
  }
  const arch = curve([0.72, ground - heel * 0.75], [0.52, ground - heel * 0.1], [0.36, ground]);
  const heelBlock: Outline = [
    [0.79, ground - heel - 0.02],
    [HEEL, ground - heel - 0.02],
    [HEEL - 0.01, ground],
    [0.86, ground],
  ];
  return [
    { outline: [...foot, [HEEL, ground - heel * 0.8], ...arch, [TOE + 0.02, ground]], light },
    { outline: heelBlock, light },
  ];
}

/** Where the foot rests, from the toe to the heel. */
const insole = ({ low, heel, seat }: Shoe): Point[] => [
  [TOE, low - 0.01],
  [0.3, low],
  ...curve([0.38, low], [0.6, low - heel * 0.35], [0.72, seat]),
  [HEEL, seat],
];
