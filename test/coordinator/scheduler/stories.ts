import { initialState, step } from '../../../coordinator/scheduler/scheduler.ts';
import type {
  Effect,
  Limits,
  RunState,
  SchedulerEvent,
} from '../../../coordinator/scheduler/state.ts';
import {
  asWorkerId,
  type CheckpointInfo,
  type EpochReport,
  type EvaluationPart,
  type WorkerId,
} from '../../../shared/domain.ts';
import type { FailureKind } from '../../../shared/wire/enums.ts';
import type { AttemptId } from '../../../shared/wire/results.ts';
import { evaluationResult, foldResult, someDigest } from '../../helpers/results.ts';

/** Words for stories of the scheduler: events that happen, effects that follow. */

export const limits: Limits = {
  leaseMs: 1e9,
  maxAttempts: 3,
  checkpointEpochs: 1,
  stragglerFactor: 2,
  allowPartial: false,
};
export const [a, b, c] = ['a', 'b', 'c'].map(asWorkerId) as [WorkerId, WorkerId, WorkerId];

export const TEST_ONLY: readonly EvaluationPart[] = ['test'];
export const WITH_TRANSFER: readonly EvaluationPart[] = ['test', 'transfer-paper', 'transfer-fit'];

/** A run of k folds and a test, at its start. */
export const begin = (
  k: number,
  {
    parts = TEST_ONLY,
    ...changes
  }: Partial<Limits> & {
    parts?: readonly EvaluationPart[];
  } = {},
): RunState => initialState({ k, parts, synthetic: true, limits: { ...limits, ...changes } });

/** Feeds events and keeps every effect, as the loop would. */
export function play(state: RunState, events: readonly SchedulerEvent[]) {
  const effects: Effect[] = [];
  for (const event of events) {
    const [next, more] = step(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

export const foldId = (fold: number, attempt = 1): AttemptId => ({ task: 'fold', fold, attempt });

/** Each worker on a host of its own, unless told. */
export const join = (worker: WorkerId, nowMs = 0, host = `host-${worker}`): SchedulerEvent => ({
  ...{ type: 'workerJoined', worker, host, engine: 'an engine', nowMs },
});
export const completed = (
  worker: WorkerId,
  fold: number,
  attempt = 1,
  accuracy = 0.5,
  nowMs = 0,
): SchedulerEvent => ({
  ...{ type: 'foldCompleted', result: foldResult({ worker, fold, attempt, accuracy }), nowMs },
});
export const evaluated = (
  worker: WorkerId,
  fold: number,
  attempt = 1,
  part: EvaluationPart = 'test',
): SchedulerEvent => ({
  ...{ type: 'evaluated', result: evaluationResult({ worker, fold, attempt, part }), nowMs: 0 },
});
export const failed = (
  worker: WorkerId,
  id: AttemptId,
  kind: FailureKind,
  nowMs = 0,
): SchedulerEvent => ({ type: 'attemptFailed', worker, id, kind, reason: 'it broke', nowMs });
export const warned = (worker: WorkerId, id: AttemptId, message: string): SchedulerEvent => ({
  ...{ type: 'warned', worker, id, message },
});
export const left = (worker: WorkerId, nowMs = 0): SchedulerEvent => ({
  ...{ type: 'workerLeft', worker, reason: 'gone', nowMs },
});
export const disconnected = (worker: WorkerId, nowMs = 0): SchedulerEvent => ({
  ...{ type: 'workerDisconnected', worker, nowMs },
});
export const returned = (worker: WorkerId, holds: AttemptId | null, nowMs = 0): SchedulerEvent => ({
  type: 'workerReturned',
  worker,
  holds,
  nowMs,
});
export const handedBack = (worker: WorkerId, id: AttemptId | null, nowMs = 0): SchedulerEvent => ({
  ...{ type: 'handedBack', worker, id, reason: 'it has to leave', nowMs },
});
export const renewed = (
  worker: WorkerId,
  holds: AttemptId | null,
  nowMs = 0,
  number = 1,
): SchedulerEvent => ({ type: 'renewed', worker, number, holds, nowMs });

/** An epoch of nothing in particular. */
export const report = (epoch: number): EpochReport => ({
  ...{ epoch, trainLoss: 1, trainAccuracy: 0, validationLoss: 1, validationAccuracy: 0 },
  seconds: 1,
});
export const epoch = (
  worker: WorkerId,
  id: AttemptId,
  number: number,
  nowMs = 0,
): SchedulerEvent => ({ type: 'epochReported', worker, id, report: report(number), nowMs });

/** The checkpoint after an epoch, whoever made it. */
export const checkpoint = (number: number): CheckpointInfo => ({
  epoch: number,
  sizeBytes: 100,
  digest: someDigest(String(number)),
});
export const stored = (
  worker: WorkerId,
  id: AttemptId,
  number: number,
  nowMs = 0,
): SchedulerEvent => ({
  ...{ type: 'checkpointStored', worker, id, checkpoint: checkpoint(number), nowMs },
});
export const tick = (nowMs: number): SchedulerEvent => ({ type: 'tick', nowMs });

const idOf = ({ task, fold, attempt }: AttemptId): string => `${task} ${fold}.${attempt}`;

/** One line an effect, for reading a story. */
export const told = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => {
    switch (effect.type) {
      case 'record':
        return `record ${effect.event.type}`;
      case 'assign':
      case 'cancel':
      case 'acknowledge':
        return `${effect.type} ${idOf(effect.id)} ${effect.worker}`;
      case 'keepModel':
        return `keep ${effect.result.fold}.${effect.result.attempt}`;
      case 'dismiss':
        return `dismiss ${effect.worker}`;
      case 'renew':
        return `${effect.verdict} ${effect.worker}`;
      case 'dropCheckpoints':
        return `drop ${effect.fold}: ${effect.digests.map((digest) => digest[0]).join()}`;
      case 'end':
        return `end ${effect.outcome.status}`;
    }
  });
export const assignments = (effects: readonly Effect[]): string[] =>
  told(effects).filter((line) => line.startsWith('assign'));

/** What was recorded, in order. */
export const recorded = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'record' ? [effect.event] : []));
