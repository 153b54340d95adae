import test from 'ava';
import { foldsOf, type FoldWork } from '../../../coordinator/scheduler/folds.ts';
import { violations } from '../../../coordinator/scheduler/invariants.ts';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import type { RunState, SchedulerEvent } from '../../../coordinator/scheduler/state.ts';
import { foldResult } from '../../helpers/results.ts';
import {
  a,
  assignments,
  b,
  begin,
  c,
  completed,
  epoch,
  failed,
  foldId,
  join,
  left,
  play,
  stored,
  tick,
} from './stories.ts';

/** A run whose folds count how often anybody looks at them. */
function watched(state: RunState, works: readonly FoldWork[]) {
  let looks = 0;
  const watch = (work: FoldWork): FoldWork =>
    new Proxy(work, {
      get: (target, key) => {
        looks += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
  const folds = foldsOf(works.map(watch));
  looks = 0;
  return { state: { ...state, folds }, looks: () => looks };
}

const done = (fold: number): FoldWork => {
  const result = foldResult({ worker: a, fold, attempt: 1 });
  return { status: 'done', attempt: 1, result, began: [{ attempt: 1, worker: a }] };
};

/** How often folds are looked at by each of the events, as the loop takes them. */
function looksAt(run: ReturnType<typeof watched>, events: readonly SchedulerEvent[]): number[] {
  let { state } = run;
  return events.map((event) => {
    const before = run.looks();
    [state] = step(state, event);
    violations(state);
    return run.looks() - before;
  });
}

/** Half of the folds are done. */
function halfDone(k: number) {
  const state = begin(k);
  return watched(
    state,
    [...state.folds].map((work, fold) => (fold < k / 2 ? done(fold) : work)),
  );
}

function allThatHappens(k: number): SchedulerEvent[] {
  const first = k / 2;
  return [
    ...[join(a), join(b), join(c, 0, 'host-b')],
    epoch(a, foldId(first), 1),
    stored(a, foldId(first), 1),
    completed(a, first),
    completed(a, first),
    failed(b, foldId(first + 1), 'infrastructure', 10),
    left(c, 10),
    tick(5000),
    { type: 'renewed', worker: a, number: 1, holds: foldId(first + 3), nowMs: 5000 },
  ];
}

test('no step looks at more folds of many than of few', (t) => {
  const few = looksAt(halfDone(100), allThatHappens(100));
  t.true(Math.max(...few) < 100, few.join());
  t.true(Math.max(...few) > 0);
  for (const k of [1_000, 20_000]) t.deepEqual(looksAt(halfDone(k), allThatHappens(k)), few);
});

/** One fold is under way, so late that the idle worker helps, and all others are done. */
function nearlyDone(k: number) {
  const { state } = play(begin(k, { leaseMs: 1e6 }), [join(a)]);
  const works = [...state.folds].map((work, fold) => (fold === 0 ? work : done(fold)));
  const took = Array.from({ length: k }).reduce<RunState['took']>(
    (durations) => durations.plus(1000),
    state.took,
  );
  return watched({ ...state, took }, works);
}

test('nor does the search for what is late', (t) => {
  const events = (k: number) => [join(b), tick(1000), tick(999_000), completed(b, k - 1)];
  const { state } = nearlyDone(100);
  const late = [join(b, 900_000), { type: 'tick', nowMs: 1_000_001 } as const];
  const renewed = { type: 'renewed', worker: a, number: 1, holds: foldId(0) } as const;
  const { effects } = play(state, [late[0]!, { ...renewed, nowMs: 999_999 }, late[1]!]);
  t.deepEqual(assignments(effects), ['assign fold 0.2 b']);
  const few = looksAt(nearlyDone(100), events(100));
  for (const k of [1_000, 20_000]) t.deepEqual(looksAt(nearlyDone(k), events(k)), few);
});
