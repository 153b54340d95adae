import type { Random } from '../../../random.ts';
import type { Picture } from '../../products/picture.ts';
import type { Choice } from '../choice.ts';
import { applyAffine, ellipse, invertAffine } from '../geometry.ts';
import type { Affine, Outline } from '../geometry.ts';
import { visitCovered } from '../raster.ts';
import { mixed } from './colours.ts';
import type { Colour } from './colours.ts';
import { flat } from './scene.ts';
import type { Layer, Scene } from './scene.ts';

const WIDTH = 60;
const HEIGHT = 80;

interface Film {
  /** Red, green and blue of each pixel, 0 to 1. */
  readonly light: Float64Array;
  /** From the scene to pixels, and back. */
  readonly lens: Affine;
  readonly toScene: Affine;
}

/** Takes the picture of a scene in a bright studio. All chance comes from `random`. Pure. */
export function photograph(scene: Scene, choice: Choice, random: Random): Picture {
  const lens = aim(scene, choice);
  const film = { light: new Float64Array(3 * WIDTH * HEIGHT), lens, toScene: invertAffine(lens) };
  exposeBackground(film.light, choice);
  if (scene.shadow !== undefined) exposeShadow(film, scene.shadow, choice);
  for (const layer of scene.layers) exposeLayer(film, layer);
  return { width: WIDTH, height: HEIGHT, pixels: develop(film.light, choice, random) };
}

/** Points the camera: nearly straight, not quite in the middle, now and then mirrored. */
function aim({ top, bottom }: Scene, choice: Choice): Affine {
  const scale = (HEIGHT / (bottom - top)) * choice.between(0.95, 1.04);
  const side = choice.chance(0.25) ? -1 : 1;
  const turn = choice.between(-0.03, 0.03);
  const cosine = (1 - turn * turn) / (1 + turn * turn);
  const sine = (2 * turn) / (1 + turn * turn);
  const middle = (top + bottom) / 2;
  const [xx, xy] = [scale * cosine * side, -scale * sine];
  const [yx, yy] = [scale * sine * side, scale * cosine];
  const x0 = WIDTH / 2 + choice.between(-1.5, 1.5) - xy * middle;
  const y0 = HEIGHT / 2 + choice.between(-1, 1) - yy * middle;
  return { xx, xy, x0, yx, yy, y0 };
}

/** Nearly white, a little darker towards a corner; a few studios have a grey wall. */
function exposeBackground(light: Float64Array, choice: Choice): void {
  const isGrey = choice.chance(0.05);
  const level = isGrey ? choice.between(0.78, 0.88) : choice.between(0.975, 1);
  const fall = isGrey ? 0.1 : choice.between(0, 0.025);
  const tint = choice.between(-0.004, 0.004);
  const [cornerX, cornerY] = [choice.between(0, WIDTH), choice.between(0, HEIGHT)];
  for (let row = 0; row < HEIGHT; row++) {
    for (let column = 0; column < WIDTH; column++) {
      const across = (column - cornerX) / WIDTH;
      const down = (row - cornerY) / HEIGHT;
      const value = level - fall * (across * across + down * down);
      const at = 3 * (row * WIDTH + column);
      light[at] = value + tint;
      light[at + 1] = value;
      light[at + 2] = value - tint;
    }
  }
}

/** Soft: ellipses within ellipses. */
function exposeShadow(
  film: Film,
  { centre, radiusX, radiusY }: NonNullable<Scene['shadow']>,
  choice: Choice,
): void {
  const opacity = choice.between(0.02, 0.09);
  const material = flat([0.35, 0.35, 0.38]);
  for (const size of [1.25, 1.1, 0.95, 0.8]) {
    const outline = ellipse(centre, radiusX * size, radiusY * size);
    exposeLayer(film, { outline, material, opacity });
  }
}

function exposeLayer({ light, lens, toScene }: Film, layer: Layer): void {
  const { material, opacity } = layer;
  const { colourAt, lightAt } = material;
  const outline: Outline = layer.outline.map((point) => applyAffine(lens, point));
  visitCovered({ height: HEIGHT, width: WIDTH }, outline, (column, row, share) => {
    const x = toScene.xx * (column + 0.5) + toScene.xy * (row + 0.5) + toScene.x0;
    const y = toScene.yx * (column + 0.5) + toScene.yy * (row + 0.5) + toScene.y0;
    const colour = colourAt(x, y);
    const brightness = lightAt(x, y);
    const at = 3 * (row * WIDTH + column);
    const cover = share * opacity;
    for (let channel = 0; channel < 3; channel++) {
      const present = light[at + channel] ?? 0;
      light[at + channel] = present + ((colour[channel] ?? 0) * brightness - present) * cover;
    }
  });
}

/** Exposure, a cast of colour, grain, 8 bits. */
function develop(light: Float64Array, choice: Choice, random: Random): Uint8Array {
  const exposure = 255 * choice.between(0.97, 1.03);
  const grain = 255 * choice.between(0.004, 0.016);
  const cast: Colour = mixed([1, 1, 1], [1.012, 1, 0.985], choice.between(-1, 1));
  const pixels = new Uint8Array(light.length);
  for (let at = 0; at < light.length; at += 3) {
    const noise = grain * (2 * random.nextFloat() - 1);
    for (let channel = 0; channel < 3; channel++) {
      const value = exposure * (cast[channel] ?? 1) * (light[at + channel] ?? 0) + noise;
      pixels[at + channel] = Math.floor(Math.min(Math.max(value, 0), 255) + 0.5);
    }
  }
  return pixels;
}
