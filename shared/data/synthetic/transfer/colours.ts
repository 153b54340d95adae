import type { Choice } from '../choice.ts';

/** Red, green and blue light, 0 to 1 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Colours by the names that shops give them. */
export const PALETTE = {
  Black: [0.11, 0.11, 0.12],
  White: [0.9, 0.9, 0.89],
  Grey: [0.56, 0.57, 0.58],
  Charcoal: [0.28, 0.29, 0.31],
  Blue: [0.2, 0.38, 0.68],
  'Navy Blue': [0.13, 0.17, 0.32],
  'Turquoise Blue': [0.15, 0.64, 0.68],
  Red: [0.78, 0.13, 0.15],
  Maroon: [0.46, 0.12, 0.17],
  Pink: [0.89, 0.42, 0.58],
  Purple: [0.44, 0.27, 0.55],
  Green: [0.22, 0.53, 0.31],
  Olive: [0.42, 0.42, 0.24],
  Yellow: [0.93, 0.78, 0.25],
  Orange: [0.91, 0.48, 0.17],
  Brown: [0.4, 0.25, 0.16],
  Tan: [0.72, 0.5, 0.3],
  Beige: [0.83, 0.74, 0.6],
} as const satisfies Record<string, Colour>;

export type ColourName = keyof typeof PALETTE;
export type ColourWeights = Readonly<Partial<Record<ColourName, number>>>;

export const CLOTHES: ColourWeights = {
  ...{ Black: 8, White: 6, Grey: 6, Charcoal: 3, Blue: 8, 'Navy Blue': 7, Red: 6, Maroon: 3 },
  ...{
    Green: 4,
    Olive: 2,
    Purple: 3,
    Pink: 3,
    Yellow: 2,
    Orange: 2,
    'Turquoise Blue': 2,
    Brown: 2,
  },
};
export const BRIGHT: ColourWeights = {
  ...{ Pink: 6, Red: 5, Purple: 4, 'Turquoise Blue': 5, Orange: 3, Yellow: 3, Green: 4, Blue: 4 },
  ...{ White: 4, Black: 4, Maroon: 3, Beige: 2 },
};
export const DENIM: ColourWeights = { Blue: 8, 'Navy Blue': 8, Black: 4, Grey: 2 };
export const CHINO: ColourWeights = {
  Beige: 4,
  Olive: 3,
  Black: 5,
  Grey: 4,
  Brown: 3,
  'Navy Blue': 3,
};
export const LEATHER: ColourWeights = { Black: 10, Brown: 8, Tan: 5, Beige: 2, Maroon: 1, Grey: 1 };
export const SPORT: ColourWeights = {
  ...{
    White: 8,
    Black: 8,
    Grey: 6,
    Blue: 3,
    Red: 2,
    'Navy Blue': 3,
    Green: 1,
    Orange: 1,
    Brown: 2,
  },
};

/** Another hand's dye of the same name: a little lighter or darker, warmer or cooler. */
export function dyed(choice: Choice, name: ColourName): Colour {
  const [red, green, blue] = PALETTE[name];
  const lightness = choice.between(-0.05, 0.06);
  const warmth = choice.between(-0.03, 0.03);
  return [red + lightness + warmth, green + lightness, blue + lightness - warmth];
}

/** The colour a share of the way from one to another. */
export const mixed = (from: Colour, to: Colour, share: number): Colour => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
  from[2] + (to[2] - from[2]) * share,
];

/** How light a colour looks, 0 to 1. */
export const lightness = ([red, green, blue]: Colour): number =>
  0.3 * red + 0.59 * green + 0.11 * blue;

const SKINS: readonly Colour[] = [
  [0.93, 0.76, 0.65],
  [0.86, 0.67, 0.53],
  [0.74, 0.54, 0.41],
  [0.55, 0.38, 0.28],
];

export function skinTone(choice: Choice): Colour {
  const at = Math.floor(choice.between(0, SKINS.length));
  return mixed(SKINS[at] ?? [0.9, 0.7, 0.6], PALETTE.Brown, choice.between(0, 0.12));
}
