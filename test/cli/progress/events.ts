import { asDigest, asRunId, asWorkerId } from '../../../shared/domain.ts';
import type { ProgressEvent, RecordedEvent } from '../../../shared/events.ts';

export const STARTED: ProgressEvent = {
  type: 'run.started',
  k: 3,
  seed: 0,
  epochs: 4,
  dataset: 'tiny',
  datasetDigest: asDigest('0'.repeat(64)),
  synthetic: false,
};

export const worker = asWorkerId('node-7');

/** An epoch of a fold, with scores that follow from its number. */
export function epoch(fold: number, number: number, attempt = 1): ProgressEvent {
  return {
    ...{ type: 'fold.epoch', fold, attempt, worker, epoch: number, seconds: 2 },
    ...{ trainLoss: 1 / number, trainAccuracy: 1 - 1 / (2 * number) },
    ...{ validationLoss: 1.1 / number, validationAccuracy: 0.9 - 1 / (2 * number) },
  };
}

export const started = (fold: number, attempt = 1): ProgressEvent => ({
  ...{ type: 'fold.started', fold, attempt, worker, fromEpoch: 0 },
});

export const lost = (fold: number, attempt = 1): ProgressEvent => ({
  ...{ type: 'fold.lost', fold, attempt, worker, cause: 'preempted', reason: 'the worker left' },
});

export const completed = (fold: number, attempt = 1): ProgressEvent => ({
  ...{ type: 'fold.completed', fold, attempt, worker, fitSeconds: 8 },
  ...{ validationLoss: 0.25, validationAccuracy: 0.91, weightsDigest: asDigest('1'.repeat(64)) },
});

/** Gives events their place: one each second from midnight on. */
export function record(events: readonly ProgressEvent[]): RecordedEvent[] {
  return events.map((event, index) => ({
    ...event,
    run: asRunId('a-run'),
    sequence: index + 1,
    time: new Date(index * 1000).toISOString(),
  }));
}
