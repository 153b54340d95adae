/** Counts what became of the rows of a table. Pure. */
import type { Coverage, Tally } from '../../transfer.ts';
import type { PictureProblem } from './picture.ts';

export type Outcome =
  | { readonly kind: 'unmapped'; readonly hasImage: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly file: string; readonly reason: PictureProblem }
  | { readonly kind: 'mapped' };

export interface RowOutcome {
  readonly articleType: string;
  readonly outcome: Outcome;
}

const MOST_EXAMPLES = 20;

export function countCoverage(rows: readonly RowOutcome[]): Coverage {
  const tallyOf = (kind: Outcome['kind']): Tally => {
    const types = rows.filter(({ outcome }) => outcome.kind === kind);
    return { count: types.length, byArticleType: tally(types.map((row) => row.articleType)) };
  };
  const unreadable = rows.flatMap(({ outcome }) =>
    outcome.kind === 'unreadable' ? [{ file: outcome.file, reason: outcome.reason }] : [],
  );
  const withoutImage = rows.filter(
    ({ outcome }) => outcome.kind === 'unmapped' && !outcome.hasImage,
  ).length;
  return {
    rows: rows.length,
    mapped: tallyOf('mapped'),
    unmapped: { ...tallyOf('unmapped'), withoutImage },
    missing: tallyOf('missing'),
    unreadable: {
      ...tallyOf('unreadable'),
      byReason: tally(unreadable.map(({ reason }) => reason)),
      examples: unreadable.slice(0, MOST_EXAMPLES),
    },
  };
}

/** Counts by name, most frequent first, ties by name. */
export function tally(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(
    ([nameA, countA], [nameB, countB]) => countB - countA || (nameA < nameB ? -1 : 1),
  );
  // Unlike assignment, this also takes "__proto__" for a name.
  return Object.fromEntries(sorted);
}
