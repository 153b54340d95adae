import type { Outline } from './geometry.ts';

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
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const firstRow = Math.max(Math.floor(Math.min(...ys)), 0);
  const lastRow = Math.min(Math.floor(Math.max(...ys)), height - 1);
  const firstColumn = Math.max(Math.floor(Math.min(...xs)), 0);
  const lastColumn = Math.min(Math.floor(Math.max(...xs)), width - 1);
  const coverage = new Float64Array(width);
  const crossings = createCrossings(outline.length);
  for (let row = firstRow; row <= lastRow; row++) {
    coverage.fill(0);
    for (let sample = 0; sample < SAMPLE_ROWS; sample++) {
      findCrossings(crossings, { xs, ys, y: row + (sample + 0.5) / SAMPLE_ROWS });
      coverRow(coverage, crossings);
    }
    for (let column = firstColumn; column <= lastColumn; column++) {
      const share = (coverage[column] ?? 0) / SAMPLE_ROWS;
      if (share > 0) visit(column, row, share);
    }
  }
}

/** Where an outline crosses one height, from left to right. Reused from height to height. */
interface Crossings {
  count: number;
  readonly xs: Float64Array;
  readonly windings: Int8Array;
}

const createCrossings = (most: number): Crossings => ({
  count: 0,
  xs: new Float64Array(most),
  windings: new Int8Array(most),
});

interface Slice {
  readonly xs: readonly number[];
  readonly ys: readonly number[];
  readonly y: number;
}

function findCrossings(crossings: Crossings, { xs, ys, y }: Slice): void {
  crossings.count = 0;
  let fromX = xs.at(-1) ?? 0;
  let fromY = ys.at(-1) ?? 0;
  for (let index = 0; index < xs.length; index++) {
    const toX = xs[index] ?? 0;
    const toY = ys[index] ?? 0;
    if (fromY <= y !== toY <= y) {
      insert(crossings, fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX), fromY <= y ? 1 : -1);
    }
    fromX = toX;
    fromY = toY;
  }
}

/** Keeps the order; of equal ones the later comes last. */
function insert(crossings: Crossings, x: number, winding: number): void {
  const { xs, windings } = crossings;
  let at = crossings.count++;
  for (; at > 0 && (xs[at - 1] ?? 0) > x; at--) {
    xs[at] = xs[at - 1] ?? 0;
    windings[at] = windings[at - 1] ?? 0;
  }
  xs[at] = x;
  windings[at] = winding;
}

/** Adds to each pixel of a row the share of it that lies inside the outline at one height. */
function coverRow(coverage: Float64Array, { count, xs, windings }: Crossings): void {
  let winding = 0;
  let start = 0;
  for (let index = 0; index < count; index++) {
    const x = xs[index] ?? 0;
    if (winding === 0) start = x;
    winding += windings[index] ?? 0;
    if (winding === 0) coverSpan(coverage, start, x);
  }
}

function coverSpan(coverage: Float64Array, start: number, end: number): void {
  const first = Math.max(Math.floor(start), 0);
  const last = Math.min(Math.floor(end), coverage.length - 1);
  for (let column = first; column <= last; column++) {
    const share = Math.min(end, column + 1) - Math.max(start, column);
    coverage[column] = (coverage[column] ?? 0) + share;
  }
}
