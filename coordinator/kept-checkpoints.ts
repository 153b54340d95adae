import type { CheckpointInfo, Digest } from '../shared/domain.ts';
import type { RunState } from './state.ts';

/** The last one, and the one before where that is damaged. */
const KEPT = 2;

/**
 * The checkpoints of a fold with one more: the newest epochs first, one of each, {@link KEPT} in
 * all. Two attempts at a fold make the same checkpoints; the first one of an epoch stays.
 */
export function insertCheckpoint(
  checkpoints: readonly CheckpointInfo[],
  added: CheckpointInfo,
): readonly CheckpointInfo[] {
  if (checkpoints.some(({ epoch }) => epoch === added.epoch)) return checkpoints;
  return [...checkpoints, added].toSorted((a, b) => b.epoch - a.epoch).slice(0, KEPT);
}

/** What may be needed of a fold's checkpoints. */
export function checkpointsOf({ folds }: RunState, fold: number): readonly CheckpointInfo[] {
  const work = folds[fold];
  return work?.status === 'waiting' || work?.status === 'leased' ? work.checkpoints : [];
}

/** What is needed no more. */
export function droppedBetween(before: RunState, after: RunState, fold: number): Digest[] {
  const kept = new Set(checkpointsOf(after, fold).map(({ digest }) => digest));
  return checkpointsOf(before, fold).flatMap(({ digest }) => (kept.has(digest) ? [] : [digest]));
}
