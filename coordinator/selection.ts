import type { FoldResult } from '../shared/domain.ts';

/**
 * The fold whose model is delivered: highest validation accuracy, ties by lower loss, then by
 * lower index. Independent of the order of arrival.
 * @param results the results of all folds, at least one.
 */
export function selectBest(results: readonly FoldResult[]): number {
  const [first, ...rest] = results;
  if (first === undefined) throw new RangeError('no fold to select from');
  return rest.reduce((best, candidate) => (isBetter(candidate, best) ? candidate : best), first)
    .fold;
}

function isBetter(a: FoldResult, b: FoldResult): boolean {
  if (a.validation.accuracy !== b.validation.accuracy) {
    return a.validation.accuracy > b.validation.accuracy;
  }
  if (a.validation.loss !== b.validation.loss) return a.validation.loss < b.validation.loss;
  return a.fold < b.fold;
}
