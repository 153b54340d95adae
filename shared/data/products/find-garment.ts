/** Where in a photograph the garment is. Pure. */
import type { Picture } from './picture.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Garment {
  readonly box: Box;
  /**
   * Correlation of x (to the right) and y (downwards) over the garment's pixels, −1 to 1: about 0
   * for what is symmetric, positive for a shoe whose toe is at the lower right.
   */
  readonly lean: number;
}

type Colour = readonly [red: number, green: number, blue: number];

/**
 * A pixel belongs to the background while its colour is at most so far from it (Euclidean, RGB);
 * the longest distance is 442. Above the shadows and noise of JPEG on a light ground.
 */
const TOLERANCE = 40;

/** Rows and columns with less than this share of the fullest one are strings, tags and shadows. */
const LEAST_SHARE = 0.1;

/**
 * Finds the garment on an even background, whose colour is the median of the picture's border.
 * A picture without anything on it is all garment: it is kept whole.
 */
export function findGarment(picture: Picture): Garment {
  const { width, height } = picture;
  const isGarment = foreground(picture, borderColour(picture));
  const rows = new Float64Array(height);
  const columns = new Float64Array(width);
  isGarment.forEach((covered, index) => {
    if (covered === 0) return;
    const row = Math.floor(index / width);
    const column = index % width;
    rows[row] = (rows[row] ?? 0) + 1;
    columns[column] = (columns[column] ?? 0) + 1;
  });
  const [top, bottom] = wellCovered(rows);
  const [left, right] = wellCovered(columns);
  const box = { left, top, width: right - left + 1, height: bottom - top + 1 };
  return { box, lean: leanOf(isGarment, width, box) };
}

/** Per channel, the median over the outermost pixels. */
function borderColour({ width, height, pixels }: Picture): Colour {
  const border: number[] = [];
  for (let x = 0; x < width; x++) border.push(x, (height - 1) * width + x);
  for (let y = 1; y < height - 1; y++) border.push(y * width, y * width + width - 1);
  const median = (channel: number): number => {
    const values = Uint8Array.from(border, (index) => pixels[3 * index + channel] ?? 0).sort();
    return values[values.length >> 1] ?? 0;
  };
  return [median(0), median(1), median(2)];
}

function foreground({ width, height, pixels }: Picture, background: Colour): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let index = 0; index < mask.length; index++) {
    const red = (pixels[3 * index] ?? 0) - background[0];
    const green = (pixels[3 * index + 1] ?? 0) - background[1];
    const blue = (pixels[3 * index + 2] ?? 0) - background[2];
    mask[index] = red * red + green * green + blue * blue > TOLERANCE * TOLERANCE ? 1 : 0;
  }
  return mask;
}

/** First and last line that is covered well enough; all where nothing is covered. */
function wellCovered(counts: Float64Array): readonly [first: number, last: number] {
  const fullest = counts.reduce((most, count) => Math.max(most, count), 0);
  const isCovered = (count: number): boolean => count >= fullest * LEAST_SHARE;
  return [counts.findIndex(isCovered), counts.findLastIndex(isCovered)];
}

function leanOf(mask: Uint8Array, width: number, box: Box): number {
  const sums = { count: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      if (mask[(box.top + y) * width + box.left + x] !== 1) continue;
      sums.count++;
      sums.x += x;
      sums.y += y;
      sums.xx += x * x;
      sums.yy += y * y;
      sums.xy += x * y;
    }
  }
  const { count } = sums;
  const varianceX = count * sums.xx - sums.x * sums.x;
  const varianceY = count * sums.yy - sums.y * sums.y;
  if (varianceX <= 0 || varianceY <= 0) return 0;
  return (count * sums.xy - sums.x * sums.y) / Math.sqrt(varianceX * varianceY);
}
