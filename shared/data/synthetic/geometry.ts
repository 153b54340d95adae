/**
 * Outlines in unit coordinates: x to the right, y down, the image is the square [0, 1] × [0, 1].
 * Pure, and built from + − × ÷ and √ alone, which IEEE 754 rounds exactly: every machine and
 * every engine computes the same bits, which sine or exponential do not promise.
 */
export type Point = readonly [x: number, y: number];
export type Outline = readonly Point[];

/** Maps (x, y) to (xx·x + xy·y + x0, yx·x + yy·y + y0). */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

export const applyAffine = (map: Affine, [x, y]: Point): Point => [
  map.xx * x + map.xy * y + map.x0,
  map.yx * x + map.yy * y + map.y0,
];

/** The map that undoes `map`, which must not collapse the plane. */
export function invertAffine(map: Affine): Affine {
  const determinant = map.xx * map.yy - map.xy * map.yx;
  const xx = map.yy / determinant;
  const xy = -map.xy / determinant;
  const yx = -map.yx / determinant;
  const yy = map.xx / determinant;
  return {
    xx,
    xy,
    x0: -(xx * map.x0 + xy * map.y0),
    yx,
    yy,
    y0: -(yx * map.x0 + yy * map.y0),
  };
}

/** The point a share of the way from one point to another. */
export const between = (from: Point, to: Point, share: number): Point => [
  from[0] + (to[0] - from[0]) * share,
  from[1] + (to[1] - from[1]) * share,
];

/** A quadratic Bézier curve as points, both ends included. */
export function curve(from: Point, control: Point, to: Point, pieces = 6): Point[] {
  return Array.from({ length: pieces + 1 }, (_, index) => {
    const share = index / pieces;
    return between(between(from, control, share), between(control, to, share), share);
  });
}

/** Closes a right half, from top to bottom, with its mirror image about the axis x = 0.5. */
export function mirrored(rightHalf: Outline): Outline {
  return [...rightHalf, ...flipped(rightHalf).reverse()];
}

/** The mirror image about the axis x = 0.5. */
export const flipped = (outline: Outline): Point[] => outline.map(([x, y]) => [1 - x, y]);

/** An ellipse with axes along x and y. */
export function ellipse([x, y]: Point, radiusX: number, radiusY: number): Outline {
  const pieces = 5;
  const outline: Point[] = [];
  for (let index = 0; index < pieces; index++) {
    // The rational form of a quarter circle, turned by right angles: no sine, no cosine.
    const t = index / pieces;
    const cosine = (1 - t * t) / (1 + t * t);
    const sine = (2 * t) / (1 + t * t);
    outline[index] = [x + radiusX * cosine, y + radiusY * sine];
    outline[index + pieces] = [x - radiusX * sine, y + radiusY * cosine];
    outline[index + 2 * pieces] = [x - radiusX * cosine, y - radiusY * sine];
    outline[index + 3 * pieces] = [x + radiusX * sine, y - radiusY * cosine];
  }
  return outline;
}

/** A band of even width along a line: a strap, a seam, a handle. */
export function ribbon(line: Outline, width: number): Outline {
  const left: Point[] = [];
  const right: Point[] = [];
  line.forEach((point, index) => {
    const before = line[Math.max(index - 1, 0)] ?? point;
    const after = line[Math.min(index + 1, line.length - 1)] ?? point;
    const alongX = after[0] - before[0];
    const alongY = after[1] - before[1];
    const length = Math.max(Math.sqrt(alongX * alongX + alongY * alongY), 1e-9);
    const offsetX = (-alongY / length) * (width / 2);
    const offsetY = (alongX / length) * (width / 2);
    left.push([point[0] + offsetX, point[1] + offsetY]);
    right.push([point[0] - offsetX, point[1] - offsetY]);
  });
  return [...left, ...right.reverse()];
}

/** A straight band of even width. */
export const band = (from: Point, to: Point, width: number): Outline => ribbon([from, to], width);
