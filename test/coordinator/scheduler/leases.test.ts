import test from 'ava';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import {
  a,
  assignments,
  b,
  begin,
  completed,
  disconnected,
  epoch,
  evaluated,
  foldId,
  handedBack,
  join,
  play,
  recorded,
  renewed,
  returned,
  tick,
  told,
} from './stories.ts';

const short = { leaseMs: 1000 };

test('a worker that loses its connection keeps its lease to the end of it', (t) => {
  const { state, effects } = play(begin(1, short), [join(a), disconnected(a, 500), tick(999)]);
  t.true(state.workers.has(a));
  t.deepEqual(told(effects).slice(3), []);
  const end = play(state, [tick(1000)]);
  t.deepEqual(told(end.effects), ['dismiss a', 'record run.worker-left', 'record fold.lost']);
  t.like(recorded(end.effects)[1], { cause: 'preempted', reason: 'not heard of for 1 s' });
});

test('a worker that comes back within its lease carries on', (t) => {
  const { effects } = play(begin(1, short), [
    join(a),
    disconnected(a, 500),
    returned(a, foldId(0), 900),
    tick(1500),
    completed(a, 0, 1, 0.5, 1600),
    evaluated(a, 0),
  ]);
  t.true(told(effects).includes('record run.worker-returned'));
  t.deepEqual(assignments(effects), ['assign fold 0.1 a', 'assign test 0.1 a']);
  t.is(told(effects).at(-1), 'end finished');
});

test('a worker that was let in twice, out of reach in between, is there', (t) => {
  const { state, effects } = play(begin(1), [join(a), disconnected(a), join(a), join(a)]);
  t.true(state.workers.get(a)?.isConnected);
  t.deepEqual(told(effects).slice(3), ['record run.worker-returned']);
});

test('a worker out of reach gets no new work', (t) => {
  const { effects } = play(begin(2, short), [
    join(a),
    join(b),
    disconnected(a),
    completed(a, 0),
    tick(10),
  ]);
  t.deepEqual(assignments(effects), ['assign fold 0.1 a', 'assign fold 1.1 b']);
});

test('what a returning worker does not have any more is lost at once', (t) => {
  const { state } = play(begin(1, short), [join(a), disconnected(a, 100)]);
  const { effects } = play(state, [returned(a, null, 200)]);
  t.deepEqual(told(effects), [
    'record run.worker-returned',
    'record fold.lost',
    'cancel fold 0.1 a',
    'record fold.started',
    'assign fold 0.2 a',
  ]);
});

test('a returning worker is told to stop an attempt that is not live any more', (t) => {
  const { state } = play(begin(1, short), [join(a), disconnected(a), tick(1000), join(b, 1000)]);
  const { effects } = play(state, [returned(a, foldId(0), 1100)]);
  t.deepEqual(told(effects), ['cancel fold 0.1 a', 'dismiss a']);
  const again = play(state, [join(a, 1100), returned(a, foldId(0), 1200)]);
  t.deepEqual(told(again.effects), ['record run.worker-joined', 'cancel fold 0.1 a']);
});

test('a returning worker whose result was accepted is told so again', (t) => {
  const { state } = play(begin(2, short), [join(a), join(b), completed(a, 0), disconnected(a)]);
  const { effects } = play(state, [returned(a, foldId(0))]);
  t.deepEqual(told(effects), ['record run.worker-returned', 'acknowledge fold 0.1 a']);
});

test('a heartbeat moves the lease on and is answered by what becomes of the attempt', (t) => {
  const { state } = play(begin(2, short), [join(a), join(b)]);
  const beat = play(state, [renewed(a, foldId(0), 900), renewed(b, foldId(1), 900), tick(1800)]);
  t.deepEqual(told(beat.effects), ['continue a', 'continue b']);
  t.true(beat.state.workers.has(a));
  const gone = play(beat.state, [tick(1900), renewed(a, foldId(0), 1950)]);
  t.is(told(gone.effects).at(-1), 'lost a');
});

test('a heartbeat for what is not live is answered by lost, for what is settled by cancel', (t) => {
  const { state } = play(begin(2), [join(a), join(b), completed(a, 0)]);
  const [, effects] = step(state, renewed(b, foldId(0)));
  t.deepEqual(told(effects), ['cancel b']);
  t.deepEqual(told(step(state, renewed(b, foldId(1, 7)))[1]), ['lost b']);
  t.deepEqual(told(step(state, renewed(a, foldId(0)))[1]), ['continue a']);
  t.deepEqual(told(step(state, renewed(a, null))[1]), ['continue a']);
});

test('a heartbeat after the run is over is answered by cancel', (t) => {
  const { state } = play(begin(1), [join(a), completed(a, 0), evaluated(a, 0)]);
  t.deepEqual(told(step(state, renewed(a, foldId(0)))[1]), ['cancel a']);
});

test('an assignment that never arrived is given out again', (t) => {
  const { state } = play(begin(1, short), [join(a), renewed(a, null, 500)]);
  t.is(state.folds.at(0)?.attempt, 1);
  const { effects } = play(state, [renewed(a, null, 1000)]);
  t.deepEqual(told(effects), [
    'continue a',
    'record fold.lost',
    'cancel fold 0.1 a',
    'record fold.started',
    'assign fold 0.2 a',
  ]);
});

test('a worker that hands its work back is gone, and the work is free', (t) => {
  const { state, effects } = play(begin(1), [
    join(a),
    join(b),
    epoch(a, foldId(0), 1),
    handedBack(a, foldId(0)),
    handedBack(a, foldId(0)),
  ]);
  t.deepEqual(told(effects).slice(5), [
    'record run.worker-left',
    'record fold.lost',
    'record fold.started',
    'assign fold 0.2 b',
  ]);
  t.false(state.workers.has(a));
  t.like(
    recorded(effects).find(({ type }) => type === 'fold.lost'),
    { cause: 'preempted' },
  );
});

test('a worker with another engine is not let in', (t) => {
  const { state } = play(begin(1), [join(a)]);
  const [after, effects] = step(state, {
    ...{ type: 'workerJoined', worker: b, host: 'h', engine: 'another engine', nowMs: 0 },
  });
  t.is(after, state);
  t.like(effects[0], {
    type: 'dismiss',
    reason: 'this run trains with an engine, the worker has another engine',
  });
});

test('time does not run backwards', (t) => {
  const { state } = play(begin(1, short), [join(a, 5000), tick(100)]);
  t.is(state.nowMs, 5000);
});
