import type { Random } from '../../random.ts';
import { createChoice } from './choice.ts';
import type { Choice } from './choice.ts';
import type { Pattern, PatternWeights } from './garment.ts';

/** The light a cloth returns at a point of the garment (unit coordinates), about 1 on average. */
export type Fabric = (x: number, y: number) => number;

/** Draws a cloth: a pattern woven or printed on it, and the soft shades of its folds. */
export function drawFabric(random: Random, weights: PatternWeights): Fabric {
  const choice = createChoice(random);
  const pattern = drawPattern(choice, random, choice.pick<Pattern>(weights));
  const folds = valueNoise(random, 5);
  const depth = choice.between(0.03, 0.22);
  return (x, y) => pattern(x, y) * (1 + depth * folds(x, y));
}

function drawPattern(choice: Choice, random: Random, pattern: Pattern): Fabric {
  const depth = choice.between(0.15, 0.6);
  const period = choice.between(0.1, 0.26);
  const phase = choice.between(0, 1);
  const band = (at: number, length: number): number =>
    triangle(at / length + phase) < 0.45 ? 1 : 0;
  switch (pattern) {
    case 'plain':
      return () => 1;
    case 'stripes':
      return (_, y) => 1 - depth * band(y, period);
    case 'pinstripes':
      return (x) => 1 - depth * 0.7 * triangle(x / (period * 0.7) + phase);
    case 'checks':
      return (x, y) => 1 - depth * 0.5 * (band(x, period) + band(y, period));
    case 'speckle': {
      const noise = valueNoise(random, 18);
      return (x, y) => 1 + depth * 0.8 * noise(x, y);
    }
    case 'print':
      return drawPrint(choice, random);
    case 'blocks': {
      const border = choice.between(0.3, 0.7);
      return (_, y) => (y < border ? 1 : 1 - depth);
    }
  }
}

/** A picture on the chest: blotches within an ellipse. */
function drawPrint(choice: Choice, random: Random): Fabric {
  const noise = valueNoise(random, 12);
  const depth = choice.between(0.3, 0.9);
  const [centreX, centreY] = [choice.between(0.45, 0.55), choice.between(0.32, 0.5)];
  const [radiusX, radiusY] = [choice.between(0.05, 0.16), choice.between(0.04, 0.18)];
  return (x, y) => {
    const across = (x - centreX) / radiusX;
    const down = (y - centreY) / radiusY;
    return across * across + down * down < 1 ? 1 - depth * Math.abs(noise(x, y) + 0.4) : 1;
  };
}

/** A triangle wave of period 1 between 0 and 1. */
export const triangle = (t: number): number => Math.abs(2 * (t - Math.floor(t)) - 1);

/** Smooth chance: a surface through values in [−1, 1] at the knots of a grid over the unit square, eased between. */
export function valueNoise(random: Random, knots: number): Fabric {
  const values = Float64Array.from({ length: knots * knots }, () => 2 * random.nextFloat() - 1);
  const knot = (column: number, row: number): number => values[row * knots + column] ?? 0;
  return (x, y) => {
    const [column, easeX] = cell(x, knots);
    const [row, easeY] = cell(y, knots);
    const top = knot(column, row) * (1 - easeX) + knot(column + 1, row) * easeX;
    const bottom = knot(column, row + 1) * (1 - easeX) + knot(column + 1, row + 1) * easeX;
    return top * (1 - easeY) + bottom * easeY;
  };
}

function cell(at: number, knots: number): [index: number, ease: number] {
  const scaled = Math.min(Math.max(at, 0), 1) * (knots - 1);
  const index = Math.min(Math.floor(scaled), knots - 2);
  const share = scaled - index;
  return [index, share * share * (3 - 2 * share)];
}
