import { initialState, step } from '../../coordinator/scheduler.ts';
import type { Effect, Limits, RunState, SchedulerEvent } from '../../coordinator/state.ts';
import { asWorkerId, type EvaluationPart, type WorkerId } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { evaluationResult, foldResult } from '../helpers/results.ts';

/** Words for stories of the scheduler: events that happen, effects that follow. */

export const limits: Limits = { leaseMs: 1e9, maxFailures: 3 };
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

export const join = (worker: WorkerId, nowMs = 0): SchedulerEvent => ({
  type: 'workerJoined',
  worker,
  host: `host-${worker}`,
  nowMs,
});
export const completed = (
  worker: WorkerId,
  fold: number,
  attempt = 1,
  accuracy = 0.5,
): SchedulerEvent => ({
  type: 'foldCompleted',
  result: foldResult({ worker, fold, attempt, accuracy }),
});
export const evaluated = (
  worker: WorkerId,
  fold: number,
  attempt = 1,
  part: EvaluationPart = 'test',
): SchedulerEvent => ({
  type: 'evaluated',
  result: evaluationResult({ worker, fold, attempt, part }),
});
export const failed = (
  worker: WorkerId,
  id: AttemptId,
  kind: 'training' | 'infrastructure',
  nowMs = 0,
): SchedulerEvent => ({ type: 'attemptFailed', worker, id, kind, reason: 'it broke', nowMs });
export const warned = (worker: WorkerId, id: AttemptId, message: string): SchedulerEvent => ({
  type: 'warned',
  worker,
  id,
  message,
});
export const lost = (worker: WorkerId): SchedulerEvent => ({
  type: 'workerLost',
  worker,
  reason: 'gone',
});

/** One line an effect, for reading a story. */
export const told = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => {
    switch (effect.type) {
      case 'publish':
        return `publish ${effect.event.type}`;
      case 'assign':
      case 'cancel':
      case 'acknowledge':
        return `${effect.type} ${effect.id.task} ${effect.id.fold}.${effect.id.attempt} ${effect.worker}`;
      case 'keepModel':
        return `keep ${effect.result.fold}.${effect.result.attempt}`;
      case 'dismiss':
        return `dismiss ${effect.worker}`;
      case 'end':
        return `end ${effect.outcome.status}`;
    }
  });
export const assignments = (effects: readonly Effect[]): string[] =>
  told(effects).filter((line) => line.startsWith('assign'));

export const tick = (nowMs: number): SchedulerEvent => ({ type: 'tick', nowMs });
