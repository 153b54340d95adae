import test from 'ava';
import fc from 'fast-check';
import { violations } from '../../coordinator/invariants.ts';
import { isLive } from '../../coordinator/leasing.ts';
import { step } from '../../coordinator/scheduler.ts';
import type { Effect, Outcome, RunState, SchedulerEvent } from '../../coordinator/state.ts';
import type { WorkerId } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import {
  a,
  b,
  begin,
  c,
  completed,
  evaluated,
  failed,
  join,
  lost,
  tick,
  warned,
  WITH_TRANSFER,
} from './stories.ts';

const K = 4;
const start = (): RunState => begin(K, { parts: WITH_TRANSFER, leaseMs: 1000, maxFailures: 1000 });

/** An event that may depend on where the run stands. */
type Happening = (state: RunState) => SchedulerEvent;

const done = (worker: WorkerId, { task, fold, attempt }: AttemptId): SchedulerEvent =>
  task === 'fold'
    ? completed(worker, fold, attempt, fold / 10)
    : evaluated(worker, fold, attempt, task);

const anyWorker = fc.constantFrom(a, b, c);
const anyId: fc.Arbitrary<AttemptId> = fc.record({
  task: fc.constantFrom('fold' as const, ...WITH_TRANSFER),
  fold: fc.nat({ max: K - 1 }),
  attempt: fc.integer({ min: 1, max: 4 }),
});
const always =
  (event: SchedulerEvent): Happening =>
  () =>
    event;
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: anyWorker.map((worker) => always(join(worker))) },
  { weight: 2, arbitrary: anyWorker.map((worker) => always(lost(worker))) },
  {
    weight: 8,
    // Whatever the worker holds is done; where it holds nothing, something stale is.
    arbitrary: fc.tuple(anyWorker, anyId).map(
      ([worker, stale]): Happening =>
        (state) =>
          done(worker, state.workers.get(worker)?.busy ?? stale),
    ),
  },
  fc.tuple(anyWorker, anyId, fc.constantFrom('this', 'that')).map(
    ([worker, stale, message]): Happening =>
      (state) =>
        warned(worker, state.workers.get(worker)?.busy ?? stale, message),
  ),
  fc.tuple(anyWorker, anyId).map(
    ([worker, stale]): Happening =>
      (state) =>
        failed(worker, state.workers.get(worker)?.busy ?? stale, 'infrastructure', state.nowMs),
  ),
  fc.tuple(anyWorker, anyId).map(([worker, id]) => always(done(worker, id))),
  fc
    .record({ type: fc.constant('heartbeat' as const), worker: anyWorker, nowMs: fc.nat(5000) })
    .map(always),
  fc.nat(5000).map((nowMs) => always(tick(nowMs))),
);

interface Story {
  readonly effects: readonly Effect[];
  readonly outcome: Outcome | undefined;
}

/** Plays what happens, then lets one worker do all that is left. */
function tell(
  happenings: readonly Happening[],
  check: (state: RunState, effects: readonly Effect[]) => void,
): Story {
  let state = start();
  const effects: Effect[] = [];
  const take = (event: SchedulerEvent): void => {
    const [next, more] = step(state, event);
    state = next;
    effects.push(...more);
    check(next, more);
  };
  for (const happening of happenings) take(happening(state));
  take(tick(1e9));
  take(join(c, 1e9));
  for (let guard = 0; guard < 50 && effects.at(-1)?.type !== 'end'; guard += 1) {
    const busy = state.workers.get(c)?.busy;
    if (busy) take(done(c, busy));
  }
  const last = effects.at(-1);
  return { effects, outcome: last?.type === 'end' ? last.outcome : undefined };
}

/** What a run came to, whoever did it at whichever attempt, and whatever they warned of. */
function resultOf(outcome: Outcome | undefined) {
  if (outcome?.status !== 'finished') return outcome;
  const { folds, best, evaluation, transfer } = outcome;
  const warnings = outcome.warnings.filter((message) => message !== 'this' && message !== 'that');
  const evaluations = [evaluation, transfer?.paper, transfer?.fit];
  return {
    best,
    warnings,
    folds: folds.map(({ fold, validation }) => ({ fold, validation })),
    evaluations: evaluations.map((one) => ({
      part: one?.part,
      score: one?.score,
      fold: one?.fold,
    })),
  };
}

const happenings = fc.array(anyHappening, { maxLength: 80 });

test('whatever happens, the rules hold and what is assigned is live', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      tell(all, (state, effects) => {
        t.deepEqual(violations(state), []);
        for (const effect of effects) {
          if (effect.type === 'assign') t.true(isLive(state, effect.worker, effect.id));
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('whatever happens, the results are the same, whoever brings them in whatever order', (t) => {
  const undisturbed = resultOf(tell([], () => undefined).outcome);
  t.like(undisturbed, { best: 3, warnings: [] });
  fc.assert(
    fc.property(happenings, (all) => {
      t.deepEqual(resultOf(tell(all, () => undefined).outcome), undisturbed);
    }),
    { numRuns: 300 },
  );
});

test('whatever happens, each fold and each evaluation is accepted once, the test before transfer', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { effects } = tell(all, () => undefined);
      const accepted = effects.flatMap((effect) => {
        if (effect.type !== 'publish') return [];
        const { event } = effect;
        if (event.type === 'fold.completed') return [`fold ${event.fold}`];
        if (event.type === 'run.test-completed') return ['test'];
        return event.type === 'run.transfer-completed' ? [event.preprocessing] : [];
      });
      t.deepEqual(accepted.toSorted(), [
        'fit',
        'fold 0',
        'fold 1',
        'fold 2',
        'fold 3',
        'paper',
        'test',
      ]);
      t.deepEqual(accepted.slice(0, K).toSorted(), ['fold 0', 'fold 1', 'fold 2', 'fold 3']);
      t.is(accepted[K], 'test');
      t.is(effects.filter(({ type }) => type === 'end').length, 1);
    }),
    { numRuns: 300 },
  );
});

test('no part is assigned before it is open, in whatever order workers come', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      let isTested = false;
      const { effects } = tell(all, () => undefined);
      for (const effect of effects) {
        if (effect.type === 'publish' && effect.event.type === 'run.test-completed')
          isTested = true;
        if (effect.type === 'assign' && effect.id.task.startsWith('transfer')) t.true(isTested);
      }
    }),
  );
});
