import { asRunId, asWorkerId } from '../../../shared/domain.ts';
import type { ProgressEvent } from '../../../shared/events.ts';
import type { Fact, RunHeader } from '../../../coordinator/record/record.ts';
import { evaluationResult, foldResult, someDigest } from '../../helpers/results.ts';

const digest = someDigest('c');
const worker = asWorkerId('node-7');
const attempt = { fold: 0, attempt: 1, worker };
const part = { count: 6, digest };

export const header: RunHeader = {
  plan: {
    ...{ run: asRunId('a-run'), seed: 7, k: 3, stratified: true, threads: 1, step: 'eager' },
    dataset: {
      ...{ name: 'tiny "été"\n', synthetic: true, classes: ['a', 'b'] },
      ...{ image: { height: 2, width: 2, channels: 1 }, train: part, test: part, digest },
    },
    training: {
      ...{ epochs: 2, batchSize: 2, learningRate: 0.1, learningRateSchedule: 'constant' },
      ...{ weightDecay: 0, dropout: 0.25 },
    },
    validation: [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
  },
  settings: { config: { data: 'tiny', folds: 3 }, given: ['folds'] },
  createdAt: '2026-01-01T00:00:00.000Z',
  foldwise: '0.1.0',
  ticketKey: 'not-a-real-key',
};

const scores = { trainLoss: 1 / 3, trainAccuracy: 0.5, validationLoss: 0.1 + 0.2 };

/** Events that come round and round; some bring a result. */
const HAPPENINGS: readonly { event: ProgressEvent; result?: NonNullable<Fact['result']> }[] = [
  { event: { type: 'run.worker-joined', worker, host: 'ñ \u{1f9f5}', engine: 'eager' } },
  { event: { type: 'fold.started', ...attempt, fromEpoch: 0 } },
  {
    event: {
      type: 'fold.epoch',
      ...attempt,
      ...scores,
      epoch: 1,
      validationAccuracy: 0.5,
      seconds: 2,
    },
  },
  {
    event: {
      ...{ type: 'fold.completed', ...attempt, validationLoss: 0.5, validationAccuracy: 0.5 },
      ...{ fitSeconds: 10, weightsDigest: digest },
    },
    result: foldResult(attempt),
  },
  {
    event: { type: 'run.test-completed', ...attempt, loss: 0.2, accuracy: 0.8 },
    result: evaluationResult(attempt),
  },
  { event: { type: 'run.warning', message: 'half a character: \ud83e, quotes: \'"\\' } },
];

/** Facts from one sequence to another, both included; always the same for the same numbers. */
export function factsFrom(first: number, last: number): Fact[] {
  return Array.from({ length: last - first + 1 }, (_, index): Fact => {
    const sequence = first + index;
    const { event, result } = HAPPENINGS[(sequence - 1) % HAPPENINGS.length]!;
    const time = new Date(Date.UTC(2026, 0, 1, 0, 0, sequence)).toISOString();
    const recorded = { run: header.plan.run, sequence, time, ...event };
    return { event: recorded, ...(result && { result }) };
  });
}
