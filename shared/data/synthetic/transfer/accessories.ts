import { band, curve, ellipse } from '../geometry.ts';
import type { Outline } from '../geometry.ts';
import { cutCloth } from './cloth.ts';
import { mixed, PALETTE } from './colours.ts';
import { both, corners, flat, line, lit, paint, plate, recoloured, stroke } from './scene.ts';
import type { Layer, Scene, Studio } from './scene.ts';

/** Articles that belong to none of the ten classes. */
const STEEL = [0.68, 0.69, 0.72] as const;

export function watches(studio: Studio): Scene {
  const { choice } = studio;
  const strap = cutCloth(studio, { plain: 1 });
  const radius = choice.between(11, 16);
  const isRound = choice.chance(0.7);
  const face = flat(choice.chance(0.5) ? PALETTE.White : PALETTE.Black);
  const hand = flat(choice.chance(0.5) ? PALETTE.Red : STEEL);
  const ring = (size: number): Outline =>
    isRound
      ? ellipse([0, 40], radius * size, radius * size)
      : plate([0, 40], radius * 0.85 * size, radius * size, 1.5);
  const width = radius * choice.between(0.5, 0.7);
  return {
    layers: [
      paint(
        corners(
          [-width * 0.8, 4],
          [width * 0.8, 4],
          [width, 40],
          [width * 0.8, 76],
          [-width * 0.8, 76],
          [-width, 40],
        ),
        strap,
      ),
      ...[10, 14, 66, 70].map((y) =>
        stroke([-width * 0.7, y], [width * 0.7, y], 0.6, lit(strap, 0.6)),
      ),
      paint(ring(1), flat(STEEL)),
      paint(ring(0.82), face),
      paint(band([0, 40], [0, 40 - radius * 0.55], 1.2), hand),
      paint(band([0, 40], [radius * 0.4, 40 + radius * 0.2], 1.2), hand),
      paint(plate([radius + 0.8, 40], 1.2, 1.6), flat(STEEL)),
    ],
    top: choice.between(-8, 0),
    bottom: choice.between(80, 88),
  };
}

export function sunglasses(studio: Studio): Scene {
  const { choice } = studio;
  const frame = cutCloth(studio, { plain: 1 });
  const [radiusX, radiusY] = [choice.between(8.5, 10.5), choice.between(5, 8)];
  const lens = flat(mixed(PALETTE.Black, PALETTE.Brown, choice.between(0, 0.8)));
  const shine: Layer = paint(ellipse([8, 38], 2.4, 1.2), flat(PALETTE.White), 0.35);
  const temple = curve([20, 37], [26, 30], [18, 29]);
  return {
    layers: [
      line(temple, 1.5, frame),
      line(
        temple.map(([x, y]) => [x - 41, y] as const),
        1.5,
        frame,
      ),
      ...both(ellipse([11.5, 41], radiusX, radiusY), frame),
      ...both(ellipse([11.5, 41], radiusX - 1.2, radiusY - 1.2), lens),
      line(curve([-3.4, 39], [0, 36.5], [3.4, 39]), 1.4, frame),
      shine,
    ],
    top: 0,
    bottom: 80,
  };
}

export function belts(studio: Studio): Scene {
  const { choice } = studio;
  const leather = cutCloth(studio, { plain: 1 });
  const width = choice.between(4.5, 7);
  const y = choice.between(38, 44);
  const front = curve([-25, y], [0, y + 16], [25, y], 10);
  return {
    layers: [
      line(curve([-25, y], [0, y - 13], [25, y], 10), width * 0.8, lit(leather, 0.6)),
      line(front, width, leather),
      line(front, 0.6, lit(leather, 0.65)),
      paint(plate([-5, y + 7.6], 4.4, width * 0.62, 0.6), flat(STEEL)),
      paint(plate([-5, y + 7.6], 2.8, width * 0.35), lit(leather, 0.8)),
    ],
    top: 0,
    bottom: 80,
    shadow: { centre: [0, y + 11], radiusX: 20, radiusY: 3 },
  };
}

export function socks(studio: Studio): Scene {
  const { choice } = studio;
  const wool = cutCloth(studio, { plain: 4, stripes: 4, melange: 2, dots: 1 });
  const sock = (x: number): Outline =>
    corners(
      [x - 5.5, 12],
      [x + 5.5, 12],
      ...curve([x + 5.5, 48], [x + 6, 58], [x + 14, 62]),
      ...curve([x + 19, 64], [x + 18, 72], [x + 10, 71]),
      ...curve([x + 2, 70], [x - 7, 68], [x - 6, 54]),
    );
  const trim = recoloured(wool, wool.accent);
  const pair = choice.chance(0.7) ? [-10, 1] : [-4];
  return {
    layers: pair.flatMap((x, index) => [
      paint(sock(x), lit(wool, index === 0 && pair.length > 1 ? 0.8 : 1)),
      stroke([x - 5.6, 14], [x + 5.6, 14], 4, trim),
      paint(ellipse([x + 14, 67], 3.4, 3.4), trim),
      paint(ellipse([x - 2.6, 63], 3, 3.6), trim),
    ]),
    top: choice.between(0, 6),
    bottom: choice.between(78, 84),
  };
}
