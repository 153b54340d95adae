import test from 'ava';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import {
  a,
  b,
  begin,
  completed,
  foldId,
  join,
  left,
  play,
  recorded,
  stored,
  told,
} from './stories.ts';

test('the last two checkpoints of a fold are kept, until its result is accepted', (t) => {
  const { effects } = play(begin(2), [
    join(a),
    stored(a, foldId(0), 1),
    stored(a, foldId(0), 2),
    stored(a, foldId(0), 2),
    stored(a, foldId(0), 3),
    completed(a, 0),
  ]);
  t.deepEqual(told(effects).slice(3), [
    'record fold.checkpointed',
    'record fold.checkpointed',
    'record fold.checkpointed',
    'drop 0: 1',
    'keep 0.1',
    'record fold.completed',
    'drop 0: 3,2',
    'acknowledge fold 0.1 a',
    'record fold.started',
    'assign fold 1.1 a',
  ]);
});

test('the next attempt goes on from the newest checkpoint', (t) => {
  const { state, effects } = play(begin(1), [
    join(a),
    stored(a, foldId(0), 1),
    stored(a, foldId(0), 2),
    left(a),
    join(b),
  ]);
  t.like(recorded(effects).at(-1), { type: 'fold.started', attempt: 2, fromEpoch: 2 });
  t.like(state.folds.at(0), { leases: [{ epoch: 2, from: { epoch: 2 } }] });
});

test('checkpoints of attempts that are not live change nothing', (t) => {
  const { state } = play(begin(1), [join(a), left(a), join(b)]);
  t.deepEqual(step(state, stored(a, foldId(0), 1)), [state, []]);
  t.deepEqual(step(state, stored(a, foldId(0, 2), 1)), [state, []]);
  t.deepEqual(step(state, stored(b, { task: 'test', fold: 0, attempt: 2 }, 1)), [state, []]);
});

test('a checkpoint of a fold that is done is removed again', (t) => {
  const { state } = play(begin(2), [join(a), completed(a, 0)]);
  t.deepEqual(told(step(state, stored(a, foldId(0), 1))[1]), ['drop 0: 1']);
});

test('a checkpoint that is older than those kept is removed again', (t) => {
  const { state } = play(begin(1), [join(a), stored(a, foldId(0), 5), stored(a, foldId(0), 6)]);
  const [after, effects] = step(state, stored(a, foldId(0), 3));
  t.deepEqual(told(effects), ['drop 0: 3']);
  t.deepEqual([...after.folds], [...state.folds]);
});
