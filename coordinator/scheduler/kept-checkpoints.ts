import type { CheckpointInfo, Digest } from '../../shared/domain.ts';
import type { RunState } from './state.ts';

/** The last one, and the one before where that is damaged. */
const KEPT = 2;

/**
 * The checkpoints of a fold with one more: the newest epochs first, one of each, {@link KEPT} in
 * all. Of two with as many complete epochs the one that came last stays: a worker that has to leave
 * stores a state from within an epoch, which is further than that of its beginning.
 */
export function insertCheckpoint(
  checkpoints: readonly CheckpointInfo[],
  added: CheckpointInfo,
): readonly CheckpointInfo[] {
  const others = checkpoints.filter(({ epoch }) => epoch !== added.epoch);
  return [...others, added].toSorted((a, b) => b.epoch - a.epoch).slice(0, KEPT);
}

/** What may be needed of a fold's checkpoints. */
export function checkpointsOf({ folds }: RunState, fold: number): readonly CheckpointInfo[] {
  const work = folds.at(fold);
  return work?.status === 'waiting' || work?.status === 'leased' ? work.checkpoints : [];
}

/** What is needed no more. */
export function droppedBetween(before: RunState, after: RunState, fold: number): Digest[] {
  const kept = new Set(checkpointsOf(after, fold).map(({ digest }) => digest));
  return checkpointsOf(before, fold).flatMap(({ digest }) => (kept.has(digest) ? [] : [digest]));
}
