import type { Outline, Point } from './geometry.ts';

/** One channel of light, 0 (black) to 1 (white), row by row. */
export interface Canvas {
  readonly height: number;
  readonly width: number;
  readonly light: Float64Array;
}

/** Rows of samples a pixel is cut into; along x, coverage is exact. */
const SAMPLE_ROWS = 4;

export function createCanvas(height: number, width: number): Canvas {
  return { height, width, light: new Float64Array(height * width) };
}

/**
 * Paints an outline, given in pixels, over what is there: a pixel moves towards `light` by the
 * share of it that the outline covers (anti-aliasing). Pure.
 */
export function fillOutline(canvas: Canvas, outline: Outline, light: number): void {
  visitCovered(canvas, outline, (column, row, share) => {
    const at = row * canvas.width + column;
    const present = canvas.light[at] ?? 0;
    canvas.light[at] = present + (light - present) * share;
  });
}

/**
 * Visits each pixel that an outline, given in pixels, covers, with the share of it that lies
 * inside: where the outline winds around (non-zero rule), so it may cross itself. Pure.
 */
export function visitCovered(
  { height, width }: Pick<Canvas, 'height' | 'width'>,
  outline: Outline,
  visit: (column: number, row: number, share: number) => void,
): void {
  const ys = outline.map(([, y]) => y);
  const firstRow = Math.max(Math.floor(Math.min(...ys)), 0);
  const lastRow = Math.min(Math.floor(Math.max(...ys)), height - 1);
  const coverage = new Float64Array(width);
  for (let row = firstRow; row <= lastRow; row++) {
    coverage.fill(0);
    for (let sample = 0; sample < SAMPLE_ROWS; sample++) {
      coverRow(coverage, outline, row + (sample + 0.5) / SAMPLE_ROWS);
    }
    for (let column = 0; column < width; column++) {
      const share = (coverage[column] ?? 0) / SAMPLE_ROWS;
      if (share > 0) visit(column, row, share);
    }
  }
}

interface Crossing {
  readonly x: number;
  readonly winding: number;
}

/** Adds to each pixel of a row the share of it that lies inside the outline at height y. */
function coverRow(coverage: Float64Array, outline: Outline, y: number): void {
  let winding = 0;
  let start = 0;
  for (const crossing of crossingsAt(outline, y)) {
    if (winding === 0) start = crossing.x;
    winding += crossing.winding;
    if (winding === 0) coverSpan(coverage, start, crossing.x);
  }
}

function crossingsAt(outline: Outline, y: number): Crossing[] {
  const crossings: Crossing[] = [];
  let from: Point | undefined = outline.at(-1);
  for (const to of outline) {
    if (from !== undefined && from[1] <= y !== to[1] <= y) {
      const x = from[0] + ((y - from[1]) / (to[1] - from[1])) * (to[0] - from[0]);
      crossings.push({ x, winding: from[1] <= y ? 1 : -1 });
    }
    from = to;
  }
  return crossings.sort((one, other) => one.x - other.x);
}

function coverSpan(coverage: Float64Array, start: number, end: number): void {
  const first = Math.max(Math.floor(start), 0);
  const last = Math.min(Math.floor(end), coverage.length - 1);
  for (let column = first; column <= last; column++) {
    const share = Math.min(end, column + 1) - Math.max(start, column);
    coverage[column] = (coverage[column] ?? 0) + share;
  }
}
