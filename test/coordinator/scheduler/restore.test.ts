import test from 'ava';
import fc from 'fast-check';
import type { FoldWork } from '../../../coordinator/scheduler/folds.ts';
import { outcomeOf } from '../../../coordinator/scheduler/outcome.ts';
import type { Fact } from '../../../coordinator/record/record.ts';
import { restoreState } from '../../../coordinator/scheduler/restore.ts';
import { step, type RunSize } from '../../../coordinator/scheduler/scheduler.ts';
import type { Effect, RunState, SchedulerEvent } from '../../../coordinator/scheduler/state.ts';
import { asRunId } from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';
import type { ProgressEvent } from '../../../shared/events.ts';
import { finish, resultOf } from './endings.ts';
import { happenings, K, start } from './happenings.ts';
import {
  a,
  assignments,
  b,
  begin,
  completed,
  epoch,
  evaluated,
  failed,
  foldId,
  join,
  left,
  limits,
  play,
  returned,
  stored,
  TEST_ONLY,
  tick,
  told,
  WITH_TRANSFER,
} from './stories.ts';

const EPOCH_MS = Date.UTC(2026, 0, 1);
const run = asRunId('a-run');

/** Records as the coordinator does, with the monotonic clock for the time of day. */
function recorder() {
  const facts: Fact[] = [];
  return {
    facts,
    record: (effects: readonly Effect[], nowMs: number): void => {
      for (const effect of effects) {
        if (effect.type !== 'record') continue;
        const time = new Date(EPOCH_MS + nowMs).toISOString();
        const event = { ...effect.event, run, sequence: facts.length + 1, time };
        facts.push({ event, ...(effect.result && { result: effect.result }) });
      }
    },
  };
}

/** All that is recorded while events happen, and where they lead. */
function live(state: RunState, events: readonly SchedulerEvent[]) {
  const { facts, record } = recorder();
  for (const event of events) {
    const [next, effects] = step(state, event);
    state = next;
    record(effects, state.nowMs);
  }
  return { state, facts };
}

const sizeOf = ({ folds, evaluations, synthetic, limits: its }: RunState): RunSize => ({
  ...{ k: folds.length, parts: [...evaluations.keys()], synthetic, limits: its },
});

/** A state without what a record does not tell: times, connections, and workers that hold nothing. */
const essence = (state: RunState) => ({
  ...state,
  ...{ nowMs: 0, settledMs: 0, life: 0 },
  folds: [...state.folds].map(timeless),
  took: state.took.count,
  evaluations: new Map([...state.evaluations].map(([part, work]) => [part, timeless(work)])),
  workers: new Map(
    [...state.workers]
      .filter(([, { busy }]) => busy !== null)
      .map(([worker, known]) => {
        const { host, busy, failures } = known;
        return [worker, { host, busy, failures }];
      }),
  ),
});

function timeless(work: FoldWork | { readonly status: string }): object {
  if (!('attempt' in work)) return work;
  if (work.status === 'waiting') return { ...work, notBeforeMs: 0 };
  if (work.status !== 'leased') return work;
  return { ...work, leases: work.leases.map((lease) => ({ ...lease, startedMs: 0 })) };
}

test('whatever happens, the facts restore the state at any point', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      let state = start();
      const { facts, record } = recorder();
      for (const happening of all) {
        const [next, effects] = step(state, happening(state));
        state = next;
        record(effects, state.nowMs);
        t.deepEqual(essence(restoreState(sizeOf(state), facts, 7)), essence(state));
      }
    }),
    { numRuns: 200 },
  );
});

test('whatever happens, a run that is stopped and resumed comes to the same', (t) => {
  const outcomeAfter = (all: readonly ((state: RunState) => SchedulerEvent)[], stops: number[]) => {
    let state = start();
    let facts: Fact[] = [];
    const take = (event: SchedulerEvent): void => {
      const [next, effects] = step(state, event);
      state = next;
      const more = recorder();
      more.record(effects, state.nowMs);
      facts = [...facts, ...more.facts];
    };
    all.forEach((happening, place) => {
      if (stops.includes(place)) state = restoreState(sizeOf(state), facts, 0);
      take(happening(state));
    });
    finish(() => state, take);
    return resultOf(outcomeOf(state) ?? undefined);
  };
  const undisturbed = outcomeAfter([], []);
  t.like(undisturbed, { best: K - 1 });
  fc.assert(
    fc.property(happenings, fc.array(fc.nat({ max: 80 }), { maxLength: 6 }), (all, stops) => {
      t.deepEqual(outcomeAfter(all, stops), undisturbed);
    }),
    { numRuns: 300 },
  );
});

test('every live lease gets a full new term, and its worker may come back', (t) => {
  const before = begin(2, { leaseMs: 1000 });
  const { facts } = live(before, [join(a), join(b), epoch(a, foldId(0), 1, 900), left(b, 950)]);
  const restored = restoreState(sizeOf(before), facts, 50_000);
  t.deepEqual([...restored.workers.keys()], [a]);
  t.like(restored.workers.get(a), { isConnected: false, leaseEndsMs: 51_000 });
  const { effects } = play(restored, [
    tick(50_999),
    returned(a, foldId(0), 50_999),
    epoch(a, foldId(0), 2, 51_500),
    join(b, 51_500),
  ]);
  t.deepEqual(told(effects), [
    'record run.worker-returned',
    'record fold.epoch',
    'record run.worker-joined',
    'record fold.started',
    'assign fold 1.2 b',
  ]);
});

test('a worker that does not come back is given up after its term', (t) => {
  const before = begin(1, { leaseMs: 1000 });
  const { facts } = live(before, [join(a), stored(a, foldId(0), 3)]);
  const restored = restoreState(sizeOf(before), facts, 5000);
  const { effects } = play(restored, [tick(6000), join(b, 6000)]);
  t.deepEqual(assignments(effects), ['assign fold 0.2 b']);
});

test('a cancelled run goes on, finished and failed runs have ended', (t) => {
  const size = sizeOf(begin(1));
  const stopped = live(begin(1), [join(a), { type: 'cancelRequested', reason: 'stop' }]);
  t.is(stopped.state.phase, 'cancelled');
  t.is(restoreState(size, stopped.facts, 0).phase, 'training');
  const finished = live(begin(1), [join(a), completed(a, 0), evaluated(a, 0)]);
  const over = restoreState(size, finished.facts, 0);
  t.is(over.phase, 'finished');
  t.deepEqual(outcomeOf(over), outcomeOf(finished.state));
  const failure = live(begin(1), [join(a), failed(a, foldId(0), 'training')]);
  t.deepEqual(outcomeOf(restoreState(size, failure.facts, 0)), outcomeOf(failure.state));
  t.like(outcomeOf(failure.state), { status: 'failed' });
});

test('an incomplete run that finished says the same when it is read again', (t) => {
  const before = begin(2, { allowPartial: true, parts: WITH_TRANSFER });
  const { state, facts } = live(before, [
    join(a),
    failed(a, foldId(0), 'training'),
    completed(a, 1),
    evaluated(a, 1),
    failed(a, { task: 'transfer-paper', fold: 1, attempt: 1 }, 'training'),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(outcomeOf(restoreState(sizeOf(before), facts, 0)), outcomeOf(state));
});

test('where memory ran out before a restart, other hosts get time to come back', (t) => {
  const before = begin(1, { leaseMs: 1000 });
  const { facts } = live(before, [join(a), join(b), failed(a, foldId(0), 'out-of-memory')]);
  // The worker on the other host, which had the fold, is slower to come back than the first.
  const restored = restoreState(sizeOf(before), facts, 0);
  const waiting = play(restored, [left(b), join(a, 10), tick(999)]);
  t.is(waiting.state.phase, 'training');
  t.is(play(waiting.state, [join(b, 999), tick(1000)]).state.phase, 'training');
  t.is(play(waiting.state, [renewedIdle(999), tick(1000)]).state.phase, 'failed');
});

const renewedIdle = (nowMs: number): SchedulerEvent => ({
  ...{ type: 'renewed', worker: a, number: 1, holds: null, nowMs },
});

test('warnings from before the first worker are not warnings of attempts', (t) => {
  const warning = { type: 'run.warning', message: 'duplicates' } as const;
  const { facts, record } = recorder();
  record([{ type: 'record', event: warning }], 0);
  const restored = restoreState({ k: 1, parts: TEST_ONLY, synthetic: true, limits }, facts, 0);
  t.deepEqual(restored.warnings, []);
});

test('facts that contradict each other are refused', (t) => {
  const selected: ProgressEvent = { type: 'run.selected', fold: 0, validationAccuracy: 1 };
  const { facts, record } = recorder();
  record([{ type: 'record', event: selected }], 0);
  const size = { k: 2, parts: TEST_ONLY, synthetic: true, limits };
  t.throws(() => restoreState(size, facts, 0), {
    instanceOf: DataError,
    message: /contradicts itself: the test began before every fold was done/,
  });
});
