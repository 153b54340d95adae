import test from 'ava';
import fc from 'fast-check';
import { violations } from '../../../coordinator/scheduler/invariants.ts';
import { isLive } from '../../../coordinator/scheduler/leasing.ts';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import type {
  Effect,
  Outcome,
  RunState,
  SchedulerEvent,
} from '../../../coordinator/scheduler/state.ts';
import { stepViolations } from '../../../coordinator/scheduler/step-invariants.ts';
import { finish, resultOf } from './endings.ts';
import { happenings, K, start, type Happening } from './happenings.ts';
import { recorded } from './stories.ts';

interface Story {
  readonly effects: readonly Effect[];
  readonly outcome: Outcome | undefined;
}

/** Plays what happens, then lets one worker do all that is left. */
function tell(
  all: readonly Happening[],
  check: (before: RunState, state: RunState, effects: readonly Effect[]) => void,
): Story {
  let state = start();
  const effects: Effect[] = [];
  const take = (event: SchedulerEvent): void => {
    const [next, more] = step(state, event);
    check(state, next, more);
    state = next;
    effects.push(...more);
  };
  for (const happening of all) take(happening(state));
  finish(() => state, take);
  const last = effects.at(-1);
  return { effects, outcome: last?.type === 'end' ? last.outcome : undefined };
}

test('whatever happens, the rules hold and what is assigned is live', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      tell(all, (before, state, effects) => {
        t.deepEqual([...violations(state), ...stepViolations(before, state)], []);
        for (const effect of effects) {
          if (effect.type === 'assign') t.true(isLive(state, effect.worker, effect.id));
        }
      });
    }),
    { numRuns: 500 },
  );
});

test('whatever happens, the results are the same, whoever brings them in whatever order', (t) => {
  const undisturbed = resultOf(tell([], () => undefined).outcome);
  t.like(undisturbed, { best: 3, warnings: [] });
  fc.assert(
    fc.property(happenings, (all) => {
      t.deepEqual(resultOf(tell(all, () => undefined).outcome), undisturbed);
    }),
    { numRuns: 500 },
  );
});

test('whatever happens, each fold and each evaluation is accepted once, the test before transfer', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { effects } = tell(all, () => undefined);
      const accepted = recorded(effects).flatMap((event) => {
        if (event.type === 'fold.completed') return [`fold ${event.fold}`];
        if (event.type === 'run.test-completed') return ['test'];
        return event.type === 'run.transfer-completed' ? [event.preprocessing] : [];
      });
      t.deepEqual(accepted.slice(0, K).toSorted(), ['fold 0', 'fold 1', 'fold 2', 'fold 3']);
      t.is(accepted[K], 'test');
      t.deepEqual(accepted.slice(K + 1).toSorted(), ['fit', 'paper']);
      t.is(effects.filter(({ type }) => type === 'end').length, 1);
    }),
    { numRuns: 500 },
  );
});

test('whatever happens, no number of an attempt is given out twice', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { effects } = tell(all, () => undefined);
      const given = effects.flatMap((effect) =>
        effect.type === 'assign'
          ? [`${effect.id.task} ${effect.id.fold}.${effect.id.attempt}`]
          : [],
      );
      t.is(new Set(given).size, given.length);
    }),
  );
});

test('no part is assigned before it is open, in whatever order workers come', (t) => {
  fc.assert(
    fc.property(happenings, (all) => {
      let isTested = false;
      const { effects } = tell(all, () => undefined);
      for (const effect of effects) {
        if (effect.type === 'record' && effect.event.type === 'run.test-completed') isTested = true;
        if (effect.type === 'assign' && effect.id.task.startsWith('transfer')) t.true(isTested);
      }
    }),
  );
});
