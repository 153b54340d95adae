import test from 'ava';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import type { AttemptId } from '../../../shared/wire/results.ts';
import {
  a,
  assignments,
  b,
  begin,
  c,
  completed,
  epoch,
  evaluated,
  failed,
  foldId,
  join,
  left,
  play,
  recorded,
  renewed,
  tick,
  told,
  warned,
} from './stories.ts';

test('one worker trains every fold in turn, then tests the best', (t) => {
  const { state, effects } = play(begin(2), [
    join(a),
    completed(a, 0, 1, 0.7),
    completed(a, 1, 1, 0.9),
    evaluated(a, 1),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(told(effects), [
    'record run.worker-joined',
    'record fold.started',
    'assign fold 0.1 a',
    'keep 0.1',
    'record fold.completed',
    'acknowledge fold 0.1 a',
    'record fold.started',
    'assign fold 1.1 a',
    'keep 1.1',
    'record fold.completed',
    'acknowledge fold 1.1 a',
    'record run.selected',
    'record run.test-started',
    'assign test 1.1 a',
    'record run.test-completed',
    'acknowledge test 1.1 a',
    'record run.finished',
    'end finished',
  ]);
});

test('a lost worker costs its attempt only, and the next idle worker takes the fold', (t) => {
  const { effects } = play(begin(2), [join(a), join(b), left(a), completed(b, 1)]);
  t.deepEqual(assignments(effects), [
    'assign fold 0.1 a',
    'assign fold 1.1 b',
    'assign fold 0.2 b',
  ]);
});

test('a result of an older attempt is ignored', (t) => {
  const before = play(begin(2), [join(a), left(a), join(b)]);
  const [after, effects] = step(before.state, completed(a, 0, 1));
  t.is(after, before.state);
  t.deepEqual(effects, []);
});

test('a result from a worker that does not hold the lease is ignored', (t) => {
  const before = play(begin(2), [join(a), join(b)]);
  const [after] = step(before.state, completed(b, 0, 1));
  t.is(after, before.state);
});

test('a repeated result is acknowledged again and changes nothing', (t) => {
  const before = play(begin(2), [join(a), completed(a, 0)]);
  const [after, effects] = step(before.state, completed(a, 0));
  t.is(after, before.state);
  t.deepEqual(told(effects), ['acknowledge fold 0.1 a']);
});

test('an epoch of an attempt that is no longer live is not recorded', (t) => {
  const { state } = play(begin(1), [join(a), left(a), join(b)]);
  t.deepEqual(step(state, epoch(a, foldId(0), 1))[1], []);
  t.deepEqual(told(step(state, epoch(b, foldId(0, 2), 1))[1]), ['record fold.epoch']);
});

test('a worker not heard of within its lease is dismissed and its fold tried again', (t) => {
  const { effects } = play(begin(2, { leaseMs: 1000 }), [
    join(a, 0),
    join(b, 0),
    renewed(b, foldId(1), 900),
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
  const { state, effects } = play(begin(2), [
    join(a),
    join(b),
    failed(a, { task: 'fold', fold: 0, attempt: 1 }, 'training'),
  ]);
  t.is(state.phase, 'failed');
  t.deepEqual(told(effects).slice(-4), [
    'record fold.failed',
    'record run.failed',
    'cancel fold 1.1 b',
    'end failed',
  ]);
});

const fold0 = (attempt: number): AttemptId => foldId(0, attempt);

test('a failing machine rests, each time twice as long, until it has failed too often', (t) => {
  const { state, effects } = play(begin(1), [
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
  const { state, effects } = play(begin(2), [
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
  const comings = Array.from({ length: 50 }, () => [join(a), left(a)]).flat();
  const { state, effects } = play(begin(1), [...comings, join(b)]);
  t.is(state.phase, 'training');
  t.is(assignments(effects).at(-1), 'assign fold 0.51 b');
});

test('epochs are recorded in order, each once; one that was lost on its way stays lost', (t) => {
  const { state } = play(begin(1), [join(a)]);
  const { effects } = play(
    state,
    [1, 1, 2, 4, 3, 4, 5].map((number) => epoch(a, foldId(0), number)),
  );
  const told = recorded(effects).flatMap((event) =>
    event.type === 'fold.epoch' ? [event.epoch] : [],
  );
  t.deepEqual(told, [1, 2, 4, 5]);
});

test('what attempts warn of is told once, and stands among the results', (t) => {
  const { effects } = play(begin(2), [
    join(a),
    join(b),
    warned(a, foldId(0), 'trains op by op'),
    warned(b, foldId(1), 'trains op by op'),
    warned(b, foldId(1), 'something else'),
    warned(b, foldId(0), 'the fold of another'),
    warned(a, { task: 'fold', fold: 0, attempt: 2 }, 'not my attempt'),
    completed(a, 0),
    completed(b, 1),
    evaluated(a, 0),
  ]);
  const messages = effects.flatMap((effect) =>
    effect.type === 'record' && effect.event.type === 'run.warning' ? [effect.event.message] : [],
  );
  t.deepEqual(messages, ['trains op by op', 'something else']);
  const [end] = effects.slice(-1);
  t.like(end, { type: 'end', outcome: { status: 'finished', warnings: messages } });
});

test('a worker that warns without end is heard a hundred times', (t) => {
  const endless = Array.from({ length: 300 }, (_, n) => warned(a, fold0(1), `warning ${n}`));
  const { state } = play(begin(1), [join(a), ...endless]);
  t.is(state.warnings.length, 100);
});

test('a cancelled run takes no more events, and lets go on what trains', (t) => {
  const { state, effects } = play(begin(2), [
    join(a),
    { type: 'cancelRequested', reason: 'enough' },
    completed(a, 0),
    join(c),
  ]);
  t.is(state.phase, 'cancelled');
  t.deepEqual(told(effects).slice(-3), [
    'assign fold 0.1 a',
    'record run.cancelled',
    'end cancelled',
  ]);
});
