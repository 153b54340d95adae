import fc from 'fast-check';
import type { RunState, SchedulerEvent } from '../../../coordinator/scheduler/state.ts';
import type { WorkerId } from '../../../shared/domain.ts';
import type { FailureKind } from '../../../shared/wire/enums.ts';
import type { AttemptId } from '../../../shared/wire/results.ts';
import {
  a,
  b,
  begin,
  c,
  completed,
  disconnected,
  epoch,
  evaluated,
  failed,
  handedBack,
  join,
  left,
  renewed,
  returned,
  stored,
  tick,
  warned,
  WITH_TRANSFER,
} from './stories.ts';

/** What may happen to a run of {@link K} folds and all evaluations, in any order. */

export const K = 4;
/** However often machines fail, the run goes on. */
export const start = (): RunState =>
  begin(K, { parts: WITH_TRANSFER, leaseMs: 1000, maxAttempts: 1000 });

/** An event that may depend on where the run stands. */
export type Happening = (state: RunState) => SchedulerEvent;

/** Whoever does it at whichever attempt, a piece of work comes to the same. */
export const done = (worker: WorkerId, { task, fold, attempt }: AttemptId): SchedulerEvent =>
  task === 'fold'
    ? completed(worker, fold, attempt, fold / 10)
    : evaluated(worker, fold, attempt, task);

const anyWorker = fc.constantFrom(a, b, c);
const anyId: fc.Arbitrary<AttemptId> = fc.record({
  task: fc.constantFrom('fold' as const, ...WITH_TRANSFER),
  fold: fc.nat({ max: K - 1 }),
  attempt: fc.integer({ min: 1, max: 4 }),
});
const anyKind = fc.constantFrom<FailureKind>('infrastructure', 'checkpoint');

/** What a worker says of the work that it holds; where it holds none, of something stale. */
const ofWork = (
  tell: (worker: WorkerId, id: AttemptId, state: RunState) => SchedulerEvent,
): fc.Arbitrary<Happening> =>
  fc.tuple(anyWorker, anyId).map(
    ([worker, stale]): Happening =>
      (state) =>
        tell(worker, state.workers.get(worker)?.busy ?? stale, state),
  );

/** A little later, now and then much later. */
const later = fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 200 }), fc.nat({ max: 3000 }));

export const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: anyWorker.map(
      (worker): Happening =>
        (state) =>
          join(worker, state.nowMs),
    ),
  },
  ofWork((worker, _, { nowMs }) => left(worker, nowMs)),
  ofWork((worker, _, { nowMs }) => disconnected(worker, nowMs)),
  ofWork((worker, id, { nowMs }) => handedBack(worker, id, nowMs)),
  { weight: 2, arbitrary: ofWork((worker, id, { nowMs }) => returned(worker, id, nowMs)) },
  ofWork((worker, _, { nowMs }) => returned(worker, null, nowMs)),
  { weight: 6, arbitrary: ofWork((worker, id) => done(worker, id)) },
  fc.tuple(anyWorker, anyId).map(
    ([worker, id]): Happening =>
      () =>
        done(worker, id),
  ),
  fc
    .constantFrom('this', 'that')
    .chain((message) => ofWork((worker, id) => warned(worker, id, message))),
  anyKind.chain((kind) => ofWork((worker, id, { nowMs }) => failed(worker, id, kind, nowMs))),
  fc
    .integer({ min: 1, max: 5 })
    .chain((number) => ofWork((worker, id, { nowMs }) => epoch(worker, id, number, nowMs))),
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 5 })
      .chain((number) => ofWork((worker, id, { nowMs }) => stored(worker, id, number, nowMs))),
  },
  fc
    .boolean()
    .chain((isIdle) =>
      ofWork((worker, id, { nowMs }) => renewed(worker, isIdle ? null : id, nowMs)),
    ),
  {
    weight: 2,
    arbitrary: later.map(
      (ms): Happening =>
        (state) =>
          tick(state.nowMs + ms),
    ),
  },
);

export const happenings = fc.array(anyHappening, { maxLength: 80 });
