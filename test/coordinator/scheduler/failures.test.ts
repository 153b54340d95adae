import test from 'ava';
import type { Effect, Outcome } from '../../../coordinator/scheduler/state.ts';
import {
  a,
  assignments,
  b,
  begin,
  c,
  completed,
  evaluated,
  failed,
  foldId,
  join,
  left,
  play,
  recorded,
  stored,
  tick,
  told,
} from './stories.ts';

const outcomeOf = (effects: readonly Effect[]): Outcome | undefined =>
  effects.flatMap((effect) => (effect.type === 'end' ? [effect.outcome] : []))[0];

test('workers of the host that failed wait for another host, as long as there is one', (t) => {
  const { state, effects } = play(begin(2), [
    join(a, 0, 'one'),
    join(b, 0, 'two'),
    join(c, 0, 'one'),
    failed(a, foldId(0), 'infrastructure'),
    tick(60_000),
  ]);
  t.deepEqual(assignments(effects).length, 2);
  const alone = play(state, [left(b, 60_000)]);
  // Fold 1 is lost with its worker and has not failed anywhere: it comes first.
  t.deepEqual(assignments(alone.effects), ['assign fold 1.2 a', 'assign fold 0.2 c']);
});

test('a fold at which machines failed too often is exhausted and ends the run', (t) => {
  const { effects } = play(begin(2, { maxAttempts: 2 }), [
    join(a),
    failed(a, foldId(0), 'infrastructure', 0),
    tick(2000),
    // Others are tried before the same again.
    failed(a, foldId(1), 'infrastructure', 2000),
    tick(9000),
    failed(a, foldId(0, 2), 'infrastructure', 9000),
  ]);
  t.deepEqual(told(effects).slice(-4), [
    'record fold.lost',
    'record fold.failed',
    'record run.failed',
    'end failed',
  ]);
  const outcome = outcomeOf(effects);
  if (outcome?.status !== 'failed') return t.fail();
  t.regex(outcome.reason, /^fold 0 failed at attempt 2: machines failed at it 2 times.*it broke$/);
  t.deepEqual(outcome.folds, []);
  t.deepEqual(
    outcome.missing.map(({ fold }) => fold),
    [0, 1],
  );
});

test('preemption is no failure', (t) => {
  const comings = [1, 2, 3, 4].flatMap((nowMs) => [join(a, nowMs), left(a, nowMs)]);
  const { state } = play(begin(1, { maxAttempts: 1 }), comings);
  t.like(state.folds.at(0), { status: 'waiting', attempt: 5, failures: [] });
});

test('what needs more memory is tried on another host, at once', (t) => {
  const { state, effects } = play(begin(1), [
    join(a),
    join(b),
    failed(a, foldId(0), 'out-of-memory'),
  ]);
  t.deepEqual(assignments(effects), ['assign fold 0.1 a', 'assign fold 0.2 b']);
  const end = play(state, [failed(b, foldId(0, 2), 'out-of-memory')]);
  t.is(end.state.phase, 'failed');
  const outcome = outcomeOf(end.effects);
  if (outcome?.status !== 'failed') return t.fail();
  t.regex(outcome.reason, /out of memory on host-a, host-b, and there is no worker on another/);
});

test('memory that ran out is not asked for again where it ran out', (t) => {
  const { state, effects } = play(begin(2), [
    join(a),
    join(b),
    failed(a, foldId(0), 'out-of-memory'),
    tick(100_000),
  ]);
  t.deepEqual(assignments(effects), ['assign fold 0.1 a', 'assign fold 1.1 b']);
  const alone = play(state, [left(b)]);
  t.is(alone.state.phase, 'failed');
});

test('an unusable checkpoint costs nothing but itself', (t) => {
  const { state } = play(begin(1, { maxAttempts: 1 }), [
    join(a),
    stored(a, foldId(0), 1),
    stored(a, foldId(0), 2),
    left(a),
    join(b),
  ]);
  const first = play(state, [failed(b, foldId(0, 2), 'checkpoint')]);
  t.deepEqual(told(first.effects), [
    'record fold.lost',
    'drop 0: 2',
    'record fold.started',
    'assign fold 0.3 b',
  ]);
  t.like(recorded(first.effects)[1], { type: 'fold.started', fromEpoch: 1 });
  const second = play(first.state, [failed(b, foldId(0, 3), 'checkpoint')]);
  t.like(recorded(second.effects)[1], { type: 'fold.started', fromEpoch: 0 });
  // There is none left to blame.
  t.is(play(second.state, [failed(b, foldId(0, 4), 'checkpoint')]).state.phase, 'failed');
});

test('results may be partial: the run goes on without the fold, and says so', (t) => {
  const { state, effects } = play(begin(3, { allowPartial: true }), [
    join(a),
    failed(a, foldId(0), 'training'),
    completed(a, 1, 1, 0.4),
    completed(a, 2, 1, 0.6),
    evaluated(a, 2),
  ]);
  t.is(state.phase, 'finished');
  const outcome = outcomeOf(effects);
  if (outcome?.status !== 'finished') return t.fail();
  t.deepEqual(
    outcome.folds.map(({ fold }) => fold),
    [1, 2],
  );
  t.deepEqual(outcome.missing, [{ fold: 0, reason: 'it broke' }]);
  t.is(outcome.best, 2);
  t.deepEqual(outcome.warnings, ['The results are incomplete: fold 0 failed: it broke']);
});

test('a run of which no fold could be trained fails even where results may be partial', (t) => {
  const { effects } = play(begin(2, { allowPartial: true }), [
    join(a),
    failed(a, foldId(0), 'training'),
    failed(a, foldId(1), 'training'),
  ]);
  t.like(outcomeOf(effects), {
    status: 'failed',
    reason: 'no fold could be trained; fold 0 failed at attempt 1: it broke',
    folds: [],
  });
});
