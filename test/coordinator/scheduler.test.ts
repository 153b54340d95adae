import test from 'ava';
import fc from 'fast-check';
import { violations } from '../../coordinator/invariants.ts';
import { initialState, isLive, step } from '../../coordinator/scheduler.ts';
import type { Effect, Outcome, RunState, SchedulerEvent } from '../../coordinator/state.ts';
import { asWorkerId, type WorkerId } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { evaluationResult, foldResult } from '../helpers/results.ts';

const limits = { leaseMs: 1e9, maxFailures: 3 };
const [a, b, c] = ['a', 'b', 'c'].map(asWorkerId) as [WorkerId, WorkerId, WorkerId];

/** Feeds events and keeps every effect, as the loop would. */
function play(state: RunState, events: readonly SchedulerEvent[]) {
  const effects: Effect[] = [];
  for (const event of events) {
    const [next, more] = step(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const join = (worker: WorkerId, nowMs = 0): SchedulerEvent => ({
  type: 'workerJoined',
  worker,
  host: `host-${worker}`,
  nowMs,
});
const completed = (
  worker: WorkerId,
  fold: number,
  attempt = 1,
  accuracy = 0.5,
): SchedulerEvent => ({
  type: 'foldCompleted',
  result: foldResult({ worker, fold, attempt, accuracy }),
});
const evaluated = (worker: WorkerId, fold: number, attempt = 1): SchedulerEvent => ({
  type: 'evaluated',
  result: evaluationResult({ worker, fold, attempt }),
});
const failed = (
  worker: WorkerId,
  id: AttemptId,
  kind: 'training' | 'infrastructure',
  nowMs = 0,
): SchedulerEvent => ({ type: 'attemptFailed', worker, id, kind, reason: 'it broke', nowMs });
const lost = (worker: WorkerId): SchedulerEvent => ({
  type: 'workerLost',
  worker,
  reason: 'gone',
});

/** One line an effect, for reading a story. */
const told = (effects: readonly Effect[]): string[] =>
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
const assignments = (effects: readonly Effect[]): string[] =>
  told(effects).filter((line) => line.startsWith('assign'));

test('one worker trains every fold in turn, then tests the best', (t) => {
  const { state, effects } = play(initialState(2, limits), [
    join(a),
    completed(a, 0, 1, 0.7),
    completed(a, 1, 1, 0.9),
    evaluated(a, 1),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(told(effects), [
    'publish run.worker-joined',
    'publish fold.started',
    'assign fold 0.1 a',
    'keep 0.1',
    'publish fold.completed',
    'acknowledge fold 0.1 a',
    'publish fold.started',
    'assign fold 1.1 a',
    'keep 1.1',
    'publish fold.completed',
    'acknowledge fold 1.1 a',
    'publish run.selected',
    'publish run.test-started',
    'assign test 1.1 a',
    'publish run.test-completed',
    'acknowledge test 1.1 a',
    'publish run.finished',
    'end finished',
  ]);
});

test('a lost worker costs its attempt only, and the next idle worker takes the fold', (t) => {
  const { effects } = play(initialState(2, limits), [join(a), join(b), lost(a), completed(b, 1)]);
  t.deepEqual(assignments(effects), [
    'assign fold 0.1 a',
    'assign fold 1.1 b',
    'assign fold 0.2 b',
  ]);
});

test('a result of an older attempt is ignored', (t) => {
  const before = play(initialState(2, limits), [join(a), lost(a), join(b)]);
  const [after, effects] = step(before.state, completed(a, 0, 1));
  t.is(after, before.state);
  t.deepEqual(effects, []);
});

test('a result from a worker that does not hold the lease is ignored', (t) => {
  const before = play(initialState(2, limits), [join(a), join(b)]);
  const [after] = step(before.state, completed(b, 0, 1));
  t.is(after, before.state);
});

test('a repeated result is acknowledged again and changes nothing', (t) => {
  const before = play(initialState(2, limits), [join(a), completed(a, 0)]);
  const [after, effects] = step(before.state, completed(a, 0));
  t.is(after, before.state);
  t.deepEqual(told(effects), ['acknowledge fold 0.1 a']);
});

test('an epoch of an attempt that is no longer live is not published', (t) => {
  const { state } = play(initialState(1, limits), [join(a), lost(a), join(b)]);
  const report = {
    epoch: 1,
    trainLoss: 1,
    trainAccuracy: 0,
    validationLoss: 1,
    validationAccuracy: 0,
    seconds: 1,
  };
  const stale = {
    type: 'epochReported',
    worker: a,
    id: { task: 'fold', fold: 0, attempt: 1 },
    report,
  } as const;
  t.deepEqual(step(state, stale)[1], []);
  const live = { ...stale, worker: b, id: { ...stale.id, attempt: 2 } };
  t.deepEqual(told(step(state, live)[1]), ['publish fold.epoch']);
});

test('a worker not heard of within its lease is dismissed and its fold tried again', (t) => {
  const { effects } = play(initialState(2, { ...limits, leaseMs: 1000 }), [
    join(a, 0),
    join(b, 0),
    { type: 'heartbeat', worker: b, nowMs: 900 },
    completed(b, 1),
    { type: 'tick', nowMs: 999 },
    { type: 'tick', nowMs: 1000 },
  ]);
  t.is(told(effects).filter((line) => line === 'dismiss a').length, 1);
  t.deepEqual(assignments(effects), [
    'assign fold 0.1 a',
    'assign fold 1.1 b',
    'assign fold 0.2 b',
  ]);
});

test('a training failure ends the run and stops the other folds', (t) => {
  const { state, effects } = play(initialState(2, limits), [
    join(a),
    join(b),
    failed(a, { task: 'fold', fold: 0, attempt: 1 }, 'training'),
  ]);
  t.is(state.phase, 'failed');
  t.deepEqual(told(effects).slice(-4), [
    'publish fold.failed',
    'publish run.failed',
    'cancel fold 1.1 b',
    'end failed',
  ]);
});

const fold0 = (attempt: number): AttemptId => ({ task: 'fold', fold: 0, attempt });
const tick = (nowMs: number): SchedulerEvent => ({ type: 'tick', nowMs });

test('a failing machine rests, each time twice as long, until it has failed too often', (t) => {
  const { state, effects } = play(initialState(1, limits), [
    join(a),
    failed(a, fold0(1), 'infrastructure', 0),
    tick(999),
    tick(1000),
    failed(a, fold0(2), 'infrastructure', 1000),
    tick(2999),
  ]);
  t.deepEqual(assignments(effects), ['assign fold 0.1 a', 'assign fold 0.2 a']);
  const later = play(state, [tick(3000), failed(a, fold0(3), 'infrastructure', 3000)]);
  t.deepEqual(assignments(later.effects), ['assign fold 0.3 a']);
  t.is(later.state.phase, 'failed');
});

test('what one machine fails at is left to another, however long it rests', (t) => {
  const { state, effects } = play(initialState(2, limits), [
    join(a),
    join(b),
    failed(a, fold0(1), 'infrastructure', 0),
    tick(100_000),
    tick(200_000),
  ]);
  t.deepEqual(assignments(effects), ['assign fold 0.1 a', 'assign fold 1.1 b']);
  const later = play(state, [completed(b, 1), completed(b, 0, 2, 0.9), evaluated(b, 0)]);
  t.deepEqual(assignments(later.effects), ['assign fold 0.2 b', 'assign test 0.1 a']);
});

test('workers that come and go never use a fold up', (t) => {
  const comings = Array.from({ length: 50 }, () => [join(a), lost(a)]).flat();
  const { state, effects } = play(initialState(1, limits), [...comings, join(b)]);
  t.is(state.phase, 'training');
  t.is(assignments(effects).at(-1), 'assign fold 0.51 b');
});

test('epochs are published in order, each once', (t) => {
  const { state } = play(initialState(1, limits), [join(a)]);
  const epoch = (number: number): SchedulerEvent => ({
    type: 'epochReported',
    worker: a,
    id: fold0(1),
    report: {
      epoch: number,
      trainLoss: 1,
      trainAccuracy: 0,
      validationLoss: 1,
      validationAccuracy: 0,
      seconds: 1,
    },
  });
  const { effects } = play(state, [2, 1, 1, 3, 2, 2, 3].map(epoch));
  const published = effects.flatMap((effect) =>
    effect.type === 'publish' && effect.event.type === 'fold.epoch' ? [effect.event.epoch] : [],
  );
  t.deepEqual(published, [1, 2, 3]);
});

test('a worker lost during the final test costs that attempt only', (t) => {
  const { state, effects } = play(initialState(1, limits), [
    join(a),
    join(b),
    completed(a, 0),
    lost(a),
    evaluated(a, 0, 1),
    evaluated(b, 0, 2),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(assignments(effects).slice(1), ['assign test 0.1 a', 'assign test 0.2 b']);
});

test('a cancelled run cancels every lease and takes no more events', (t) => {
  const { state, effects } = play(initialState(2, limits), [
    join(a),
    { type: 'cancelRequested', reason: 'enough' },
    completed(a, 0),
    join(c),
  ]);
  t.is(state.phase, 'cancelled');
  t.deepEqual(told(effects).slice(-3), [
    'publish run.cancelled',
    'cancel fold 0.1 a',
    'end cancelled',
  ]);
});

const workers = [a, b, c];
const anyWorker = fc.constantFrom(...workers);
const anyFold = fc.nat({ max: 3 });
const anyAttempt = fc.integer({ min: 1, max: 4 });
const anyId = fc.record({
  task: fc.constantFrom('fold' as const, 'test' as const),
  fold: anyFold,
  attempt: anyAttempt,
});
const anyEvent: fc.Arbitrary<SchedulerEvent> = fc.oneof(
  { weight: 4, arbitrary: anyWorker.map((worker) => join(worker)) },
  { weight: 2, arbitrary: anyWorker.map(lost) },
  fc.record({ type: fc.constant('heartbeat' as const), worker: anyWorker, nowMs: fc.nat(5000) }),
  fc.record({ type: fc.constant('tick' as const), nowMs: fc.nat(5000) }),
  fc.tuple(anyWorker, anyFold, anyAttempt).map(([w, f, n]) => completed(w, f, n, f / 10)),
  fc.tuple(anyWorker, anyFold, anyAttempt).map(([w, f, n]) => evaluated(w, f, n)),
  fc.tuple(anyWorker, anyId).map(([w, id]) => failed(w, id, 'infrastructure')),
);

/** Completes what is leased, whoever holds it, until the run is over. */
function finish(state: RunState): Outcome | undefined {
  let last: Effect | undefined;
  const take = (event: SchedulerEvent): void => {
    const [next, effects] = step(state, event);
    state = next;
    last = effects.at(-1) ?? last;
  };
  take(join(c, 1e9));
  for (let guard = 0; guard < 50 && last?.type !== 'end'; guard += 1) {
    state.folds.forEach((work, fold) => {
      if (work.status === 'leased') take(completed(work.worker, fold, work.attempt, fold / 10));
    });
    const { evaluation, best } = state;
    if (evaluation.status === 'leased')
      take(evaluated(evaluation.worker, best!, evaluation.attempt));
  }
  return last?.type === 'end' ? last.outcome : undefined;
}

test('whatever happens in whatever order, the rules hold and each fold is accepted once', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let state = initialState(4, { leaseMs: 1000, maxFailures: 1000 });
      const kept = new Map<number, number>();
      let ended = 0;
      for (const event of events) {
        const [next, effects] = step(state, event);
        state = next;
        t.deepEqual(violations(state), []);
        for (const effect of effects) {
          if (effect.type === 'keepModel') {
            kept.set(effect.result.fold, (kept.get(effect.result.fold) ?? 0) + 1);
          }
          if (effect.type === 'assign') t.true(isLive(state, effect.worker, effect.id));
          if (effect.type === 'end') ended += 1;
        }
      }
      t.true([...kept.values()].every((times) => times === 1));
      t.true(ended <= 1);
      if (ended === 0) {
        const outcome = finish(state);
        t.is(outcome?.status, 'finished');
        t.is(outcome?.status === 'finished' ? outcome.best : -1, 3);
      }
    }),
    { numRuns: 500 },
  );
});
