import test from 'ava';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import type { FoldResult } from '../../../shared/domain.ts';
import { environment, foldResult, someDigest } from '../../helpers/results.ts';
import {
  a,
  assignments,
  b,
  begin,
  c,
  completed,
  disconnected,
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

/** Two of three folds took a second; the third is under way at c since time 0. */
const late = (changes = {}) =>
  play(begin(3, { leaseMs: 1000, stragglerFactor: 2, ...changes }), [
    join(a),
    join(b),
    join(c),
    completed(a, 0, 1, 0.5, 1000),
    completed(b, 1, 1, 0.5, 1000),
  ]).state;

/** All are heard of. */
const alive = (nowMs: number) =>
  [a, b, c].map((worker) => ({
    ...({ type: 'renewed', worker, number: 1, holds: null, nowMs } as const),
    ...(worker === c ? { holds: foldId(2) } : {}),
  }));

test('a fold that is late gets a second attempt at an idle worker, once', (t) => {
  const before = play(late({ leaseMs: 1500 }), [...alive(1500), tick(2000)]);
  t.deepEqual(assignments(before.effects), []);
  const after = play(before.state, [tick(2001), tick(2002), tick(2500)]);
  t.deepEqual(assignments(after.effects), ['assign fold 2.2 a']);
});

test('there is no hurry while too few are done to tell, nor where it is switched off', (t) => {
  const early = play(begin(3, { leaseMs: 1000 }), [
    join(a),
    join(b),
    join(c),
    completed(a, 0, 1, 0.5, 10),
    ...alive(900),
    tick(1500),
  ]);
  t.deepEqual(assignments(early.effects).length, 3);
  const off = play(late({ leaseMs: 1500, stragglerFactor: 0 }), [...alive(1500), tick(2900)]);
  t.deepEqual(assignments(off.effects), []);
});

const raced = () => play(late({ leaseMs: 1500 }), [...alive(1500), tick(2001)]).state;

test('the first valid completion wins, the other attempt is told to stop', (t) => {
  const second = play(raced(), [completed(a, 2, 2, 0.5, 2100)]);
  t.deepEqual(told(second.effects).slice(0, 5), [
    'keep 2.2',
    'record fold.completed',
    'acknowledge fold 2.2 a',
    'record fold.lost',
    'cancel fold 2.1 c',
  ]);
  t.like(recorded(second.effects)[1], { attempt: 1, worker: c, cause: 'superseded' });
  const first = play(raced(), [completed(c, 2, 1, 0.5, 2100)]);
  t.true(told(first.effects).includes('cancel fold 2.2 a'));
  t.like(first.state.folds.at(2), { status: 'done', attempt: 1 });
});

const heavier = (result: FoldResult, host: string): FoldResult => ({
  ...result,
  model: { ...result.model, weightsDigest: someDigest('f') },
  environment: { ...result.environment, host },
});

test('attempts that differ on machines that are alike are told of', (t) => {
  const { state } = play(raced(), [completed(a, 2, 2, 0.5, 2100)]);
  const result = heavier(foldResult({ worker: c, fold: 2, attempt: 1 }), 'elsewhere');
  const { effects } = play(state, [{ type: 'foldCompleted', result, nowMs: 2200 }]);
  t.deepEqual(recorded(effects), [
    {
      type: 'run.warning',
      message:
        'Attempts 2 and 1 at fold 2 ended with different weights, on machines that are alike ' +
        '(somewhere, elsewhere).',
    },
  ]);
  const unlike = { ...result, environment: { ...environment, processor: 'Another Processor' } };
  t.deepEqual(step(state, { type: 'foldCompleted', result: unlike, nowMs: 2200 })[1], []);
  t.deepEqual(step(state, completed(c, 2, 1, 0.5, 2200))[1], []);
  const others = { ...result, worker: b };
  t.deepEqual(step(state, { type: 'foldCompleted', result: others, nowMs: 2200 })[1], []);
});

test('where one of two attempts is lost the other goes on, and numbers are not used again', (t) => {
  const without = play(raced(), [disconnected(c), left(c, 2100)]);
  t.like(without.state.folds.at(2), { status: 'leased', attempt: 2 });
  const other = play(raced(), [left(a, 2100), tick(2200)]);
  // Still late: the next idle worker helps.
  t.deepEqual(assignments(other.effects), ['assign fold 2.3 b']);
});

test('a second attempt that fails leaves the first one alone', (t) => {
  const { state, effects } = play(raced(), [
    failed(a, foldId(2, 2), 'infrastructure', 2100),
    failed(b, foldId(2, 3), 'infrastructure', 2200),
    tick(2300),
  ]);
  t.deepEqual(assignments(effects), ['assign fold 2.3 b']);
  t.is(state.phase, 'training');
  t.like(state.folds.at(2), { status: 'leased', leases: [{ attempt: 1 }] });
});

test('a loss that will happen again stops both attempts', (t) => {
  const { effects } = play(raced(), [failed(a, foldId(2, 2), 'training', 2100)]);
  t.deepEqual(told(effects).slice(0, 5), [
    'record fold.failed',
    'record fold.lost',
    'cancel fold 2.1 c',
    'record run.failed',
    'end failed',
  ]);
});

test('both attempts store checkpoints; the second one began from the newest', (t) => {
  const state = play(late({ leaseMs: 1500 }), [
    stored(c, foldId(2), 1, 1400),
    ...alive(1500),
    tick(2001),
    stored(a, foldId(2, 2), 2, 2100),
    stored(c, foldId(2), 2, 2100),
    stored(c, foldId(2), 3, 2200),
  ]);
  t.like(
    recorded(state.effects).find(({ type }) => type === 'fold.started'),
    { fromEpoch: 1 },
  );
  t.deepEqual(
    told(state.effects).filter((line) => /^drop|checkpointed/.test(line)),
    [
      'record fold.checkpointed',
      'record fold.checkpointed',
      'record fold.checkpointed',
      'drop 2: 1',
    ],
  );
});
