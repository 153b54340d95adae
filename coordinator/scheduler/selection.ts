import type { FoldResult } from '../../shared/domain.ts';

/**
 * Of two folds the one whose model is rather delivered: higher validation accuracy, ties by lower
 * loss, then by lower index. Independent of the order of arrival.
 */
export const better = (a: FoldResult, b: FoldResult): FoldResult => (isBetter(b, a) ? b : a);

/**
 * The fold whose model is delivered.
 * @param results the results of all folds, at least one.
 */
export function selectBest(results: readonly FoldResult[]): number {
  if (results.length === 0) throw new RangeError('no fold to select from');
  return results.reduce(better).fold;
}

function isBetter(a: FoldResult, b: FoldResult): boolean {
  if (a.validation.accuracy !== b.validation.accuracy) {
    return a.validation.accuracy > b.validation.accuracy;
  }
  if (a.validation.loss !== b.validation.loss) return a.validation.loss < b.validation.loss;
  return a.fold < b.fold;
}
