import type { ImageShape } from '../../domain.ts';
import type { Random } from '../../random.ts';
import { createChoice } from './choice.ts';
import type { Choice } from './choice.ts';
import { drawFabric } from './fabric.ts';
import type { Fabric } from './fabric.ts';
import type { Garment } from './garment.ts';
import { applyAffine, band, invertAffine } from './geometry.ts';
import type { Affine, Outline, Point } from './geometry.ts';
import { createCanvas, fillOutline } from './raster.ts';
import type { Canvas } from './raster.ts';

/**
 * Draws one example of a garment, bright on black, into `pixels` [height, width], 0–255.
 * All chance comes from `random`. Pure.
 */
export function drawPicture(
  garment: Garment,
  image: ImageShape,
  random: Random,
  pixels: Uint8Array,
): void {
  const choice = createChoice(random);
  const canvas = createCanvas(image.height, image.width);
  const pose = drawPose(choice, image);
  const paint = (outline: Outline, light: number): void => {
    fillOutline(
      canvas,
      outline.map((point) => applyAffine(pose, point)),
      light,
    );
  };
  for (const { outline, light } of garment.draw(choice)) paint(outline, light);
  if (choice.chance(0.1)) paint(drawObstacle(choice), 0);
  develop({ canvas, fabric: drawFabric(random, garment.patterns), pose, random, pixels });
}

/** From unit coordinates to pixels: a little stretched, leaning, turned and out of place. */
function drawPose(choice: Choice, { height, width }: ImageShape): Affine {
  const scaleX = choice.between(0.86, 1.06) * (choice.chance(0.1) ? -1 : 1);
  const scaleY = choice.between(0.88, 1.04);
  const shear = choice.between(-0.06, 0.06);
  const turn = choice.between(-0.04, 0.04);
  const cosine = (1 - turn * turn) / (1 + turn * turn);
  const sine = (2 * turn) / (1 + turn * turn);
  const xx = cosine * scaleX;
  const xy = (cosine * shear - sine) * scaleY;
  const yx = sine * scaleX;
  const yy = (sine * shear + cosine) * scaleY;
  const centreX = 0.5 + choice.between(-0.04, 0.04);
  const centreY = 0.5 + choice.between(-0.04, 0.04);
  return {
    xx: width * xx,
    xy: width * xy,
    x0: width * (centreX - (xx + xy) / 2),
    yx: height * yx,
    yy: height * yy,
    y0: height * (centreY - (yx + yy) / 2),
  };
}

/** A band that hides what lies behind it: a strap of the hanger, the edge of another thing. */
function drawObstacle(choice: Choice): Outline {
  const x = choice.between(0.15, 0.85);
  const y = choice.between(0.15, 0.85);
  const reachX = choice.between(-0.4, 0.4);
  const reachY = choice.between(-0.4, 0.4);
  const from: Point = [x - reachX, y - reachY];
  const to: Point = [x + reachX, y + reachY];
  return band(from, to, choice.between(0.04, 0.1));
}

interface Negative {
  readonly canvas: Canvas;
  readonly fabric: Fabric;
  readonly pose: Affine;
  readonly random: Random;
  readonly pixels: Uint8Array;
}

/** Lays the cloth over the painted areas, then exposes them: lightness, grain, 8 bits. */
function develop({ canvas, fabric, pose, random, pixels }: Negative): void {
  const choice = createChoice(random);
  const toUnit = invertAffine(pose);
  const exposure = 255 * choice.between(0.32, 1);
  const grain = 255 * choice.between(0.01, 0.07);
  for (let row = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++) {
      const at = row * canvas.width + column;
      const light = canvas.light[at] ?? 0;
      if (light <= 0) continue;
      const [x, y] = applyAffine(toUnit, [column + 0.5, row + 0.5]);
      const noise = grain * (random.nextFloat() + random.nextFloat() - 1) * Math.min(light, 1);
      const value = exposure * light * fabric(x, y) + noise;
      pixels[at] = Math.floor(Math.min(Math.max(value, 0), 255) + 0.5);
    }
  }
}
