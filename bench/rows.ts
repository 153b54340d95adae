import { type Comparison, type Figure, type FigureName, FIGURES } from './figures.ts';
import { median } from './median.ts';

/** From samples to rows of a table. Pure. */

/** What the repeats gave, for either side. */
export interface Samples {
  readonly ours: readonly number[];
  /** Absent for a figure without another side. */
  readonly other?: readonly number[];
}

export type Measured = Partial<Record<FigureName, Samples>>;

/** One figure: medians, what they come to, and what is asked for. */
export interface Row {
  readonly figure: string;
  readonly unit: string;
  readonly comparison: Comparison;
  readonly ours: number;
  readonly other: number | null;
  readonly ratio: number | null;
  /** Null where nothing is asked for: on a GPU. */
  readonly must: number | null;
  readonly aim: number | null;
}

export type Verdict = 'aim' | 'must' | 'missed' | 'none';

/** The measured figures in the order of {@link FIGURES}. */
export function rowsOf(measured: Measured, { hasTargets }: { hasTargets: boolean }): Row[] {
  return Object.entries(FIGURES).flatMap(([name, figure]) => {
    const samples = measured[name as FigureName];
    return samples === undefined ? [] : [rowOf(figure, samples, hasTargets)];
  });
}

/** One row, of whatever table. */
export function rowOf(figure: Figure, samples: Samples, hasTargets: boolean): Row {
  const ours = median(samples.ours);
  const other = samples.other === undefined ? null : median(samples.other);
  return {
    figure: figure.title,
    unit: figure.unit,
    comparison: figure.comparison,
    ours,
    other,
    ratio: other === null ? null : ratioOf(figure.comparison, ours, other),
    must: hasTargets ? figure.must : null,
    aim: hasTargets ? figure.aim : null,
  };
}

function ratioOf(comparison: Comparison, ours: number, other: number): number | null {
  switch (comparison) {
    case 'faster-rate':
    case 'share':
    case 'slower':
      return ours / other;
    case 'faster-duration':
      return other / ours;
    case 'alone':
      return null;
  }
}

/** Whether more is better. */
export const isGain = (comparison: Comparison): boolean =>
  comparison !== 'slower' && comparison !== 'alone';

/** The better of the two targets that a row reaches. */
export function verdictOf({ comparison, ours, ratio, must, aim }: Row): Verdict {
  if (must === null || aim === null) return 'none';
  const reached = ratio ?? ours;
  const reaches = (target: number): boolean =>
    isGain(comparison) ? reached >= target : reached <= target;
  if (reaches(aim)) return 'aim';
  return reaches(must) ? 'must' : 'missed';
}
