import type { FoldResult } from '../../shared/domain.ts';
import type { Work } from './piece-of-work.ts';
import { better } from './selection.ts';
import { type Counting, TalliedList } from './tallied-list.ts';

export type FoldWork = Work<FoldResult>;

/** What some folds have come to together: how many of them are how far. */
export interface FoldTally {
  /** Waiting, and no machine has failed at them. */
  readonly fresh: number;
  /** Waiting, and machines have failed at them. */
  readonly failed: number;
  /** Waiting, with checkpoints to go on from. */
  readonly begun: number;
  readonly leased: number;
  readonly done: number;
  readonly exhausted: number;
  /** Of those that are done; null where none is. */
  readonly best: FoldResult | null;
}

/**
 * The folds of a run. No step of the scheduler may look at all of them, of which there may be ten
 * thousand: it asks the tally, and finds those of one kind by it.
 */
export type Folds = TalliedList<FoldWork, FoldTally>;

const NONE: FoldTally = {
  ...{ fresh: 0, failed: 0, begun: 0, leased: 0, done: 0, exhausted: 0 },
  best: null,
};

const COUNTING: Counting<FoldWork, FoldTally> = { ofItem: tallyOf, ofParts: total };

export const foldsOf = (works: readonly FoldWork[]): Folds => TalliedList.of(works, COUNTING);

function tallyOf(work: FoldWork): FoldTally {
  switch (work.status) {
    case 'waiting': {
      const hasFailed = work.failures.length > 0;
      const begun = work.checkpoints.length > 0 ? 1 : 0;
      return { ...NONE, fresh: hasFailed ? 0 : 1, failed: hasFailed ? 1 : 0, begun };
    }
    case 'leased':
      return { ...NONE, leased: 1 };
    case 'done':
      return { ...NONE, done: 1, best: work.result };
    case 'exhausted':
      return { ...NONE, exhausted: 1 };
  }
}

function total(tallies: readonly FoldTally[]): FoldTally {
  let { fresh, failed, begun, leased, done, exhausted, best } = NONE;
  for (const part of tallies) {
    fresh += part.fresh;
    failed += part.failed;
    begun += part.begun;
    leased += part.leased;
    done += part.done;
    exhausted += part.exhausted;
    if (part.best !== null) best = best === null ? part.best : better(best, part.best);
  }
  return { fresh, failed, begun, leased, done, exhausted, best };
}
