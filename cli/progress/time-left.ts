import type { FoldProgress, RunProgress } from './run-progress.ts';

/**
 * Estimates the seconds until the last fold is trained: epochs take as long as those seen so far,
 * and waiting folds go to whichever training ends first. Undefined before the first epoch, and
 * while nobody trains.
 */
export function secondsLeft(progress: RunProgress, nowMs: number): number | undefined {
  const { seen, folds, epochs } = progress;
  if (seen.epochs === 0) return undefined;
  const epochSeconds = seen.seconds / seen.epochs;
  const queues = folds
    .filter((fold) => fold.state === 'training')
    .map((fold) => Math.max(0, remaining(fold, epochs) * epochSeconds - sinceEpoch(fold, nowMs)));
  if (queues.length === 0) return undefined;
  for (const fold of folds) {
    if (fold.state !== 'waiting') continue;
    const shortest = queues.indexOf(Math.min(...queues));
    queues[shortest] = (queues[shortest] ?? 0) + epochs * epochSeconds;
  }
  return Math.max(...queues);
}

type Training = Extract<FoldProgress, { readonly state: 'training' }>;

const remaining = ({ epoch }: Training, epochs: number): number => epochs - (epoch?.epoch ?? 0);

const sinceEpoch = ({ startedMs, epochEndedMs }: Training, nowMs: number): number =>
  (nowMs - (epochEndedMs ?? startedMs)) / 1000;
