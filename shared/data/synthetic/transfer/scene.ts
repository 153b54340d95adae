import type { Choice } from '../choice.ts';
import { ribbon } from '../geometry.ts';
import type { Outline, Point } from '../geometry.ts';
import type { Random } from '../../../random.ts';
import type { Colour, ColourName } from './colours.ts';

/** What a thing is made of, seen at a point of the scene. */
export interface Material {
  readonly colourAt: (x: number, y: number) => Colour;
  /** Relative to even lighting, which is 1. */
  readonly lightAt: (x: number, y: number) => number;
}

/** A painted area; later layers cover earlier ones. */
export interface Layer {
  readonly outline: Outline;
  readonly material: Material;
  /** 1 hides what lies behind, 0 is invisible. */
  readonly opacity: number;
}

/**
 * What stands before the camera. Lengths are in units of which a grown-up is 104 tall; y points
 * down from the top of the head, and x to the right from the middle.
 */
export interface Scene {
  readonly layers: readonly Layer[];
  /** The heights that the picture's upper and lower edges show. */
  readonly top: number;
  readonly bottom: number;
  /** Where a thing that stands on something casts its shadow. */
  readonly shadow?: { readonly centre: Point; readonly radiusX: number; readonly radiusY: number };
}

/** The dice and the cloth that a kind of article is drawn from. */
export interface Studio {
  readonly choice: Choice;
  readonly random: Random;
  readonly colour: ColourName;
}

const evenly = (): number => 1;

export const flat = (colour: Colour): Material => ({ colourAt: () => colour, lightAt: evenly });

/** The same material under other light. */
export const lit = ({ colourAt, lightAt }: Material, factor: number): Material => ({
  colourAt,
  lightAt: (x, y) => factor * lightAt(x, y),
});

/** Another colour in the light, and with the folds, of a material. */
export const recoloured = ({ lightAt }: Material, colour: Colour): Material => ({
  colourAt: () => colour,
  lightAt,
});

/** The mirror image about the axis x = 0. */
export const flip = (outline: Outline): Point[] => outline.map(([x, y]) => [-x, y]);

/** Closes a right half, from top to bottom, with its mirror image. */
export const symmetrical = (rightHalf: Outline): Outline => [
  ...rightHalf,
  ...flip(rightHalf).reverse(),
];

export const both = (outline: Outline, material: Material): Layer[] => [
  paint(outline, material),
  paint(flip(outline), material),
];

export const corners = (...points: readonly Point[]): Outline => points;

export const paint = (outline: Outline, material: Material, opacity = 1): Layer => ({
  outline,
  material,
  opacity,
});

export const line = (points: Outline, width: number, material: Material): Layer =>
  paint(ribbon(points, width), material);

/** A straight band. */
export const stroke = (from: Point, to: Point, width: number, material: Material): Layer =>
  line([from, to], width, material);

/** A band along a line whose width changes from one end to the other. */
export function limb(points: Outline, from: number, to: number): Outline {
  const wide = ribbon(points, from);
  const narrow = ribbon(points, to);
  const last = points.length - 1;
  return wide.map((point, index) => {
    const along = index <= last ? index : 2 * last + 1 - index;
    const share = last === 0 ? 0 : along / last;
    const other = narrow[index] ?? point;
    return [
      point[0] + (other[0] - point[0]) * share,
      point[1] + (other[1] - point[1]) * share,
    ] as const;
  });
}

/** A rectangle with corners cut off. */
export function plate([x, y]: Point, halfWidth: number, halfHeight: number, corner = 0): Outline {
  const [left, right] = [x - halfWidth, x + halfWidth];
  const [top, bottom] = [y - halfHeight, y + halfHeight];
  return [
    [left + corner, top],
    [right - corner, top],
    [right, top + corner],
    [right, bottom - corner],
    [right - corner, bottom],
    [left + corner, bottom],
    [left, bottom - corner],
    [left, top + corner],
  ];
}
