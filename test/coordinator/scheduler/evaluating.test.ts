import test from 'ava';
import { isOpen } from '../../../coordinator/scheduler/leasing.ts';
import { step } from '../../../coordinator/scheduler/scheduler.ts';
import type {
  Effect,
  Outcome,
  RunState,
  SchedulerEvent,
} from '../../../coordinator/scheduler/state.ts';
import type { EvaluationPart } from '../../../shared/domain.ts';
import type { AttemptId } from '../../../shared/wire/results.ts';
import {
  a,
  assignments,
  b,
  begin,
  completed,
  evaluated,
  failed,
  join,
  left,
  play,
  recorded,
  tick,
  told,
  WITH_TRANSFER,
} from './stories.ts';

const transfer = { parts: WITH_TRANSFER };
const paper: EvaluationPart = 'transfer-paper';
const fit: EvaluationPart = 'transfer-fit';
const id = (task: EvaluationPart, attempt = 1): AttemptId => ({ task, fold: 0, attempt });

const outcomeOf = (effects: readonly Effect[]): Outcome | undefined =>
  effects.flatMap((effect) => (effect.type === 'end' ? [effect.outcome] : []))[0];
const warningsIn = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) =>
    effect.type === 'record' && effect.event.type === 'run.warning' ? [effect.event.message] : [],
  );

test('one worker tests the best model, then tries it on the pictures made both ways', (t) => {
  const { state, effects } = play(begin(1, transfer), [
    join(a),
    completed(a, 0),
    evaluated(a, 0),
    evaluated(a, 0, 1, paper),
    evaluated(a, 0, 1, fit),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(told(effects).slice(6), [
    'record run.selected',
    'record run.test-started',
    'assign test 0.1 a',
    'record run.test-completed',
    'acknowledge test 0.1 a',
    'record run.transfer-started',
    'assign transfer-paper 0.1 a',
    'record run.transfer-completed',
    'acknowledge transfer-paper 0.1 a',
    'record run.transfer-started',
    'assign transfer-fit 0.1 a',
    'record run.transfer-completed',
    'acknowledge transfer-fit 0.1 a',
    'record run.finished',
    'end finished',
  ]);
  const outcome = outcomeOf(effects);
  if (outcome?.status !== 'finished') return t.fail();
  t.is(outcome.evaluation.part, 'test');
  t.is(outcome.transfer?.paper.part, paper);
  t.is(outcome.transfer?.fit.part, fit);
  t.deepEqual(outcome.warnings, []);
});

test('idle workers wait for the test, then share the parts of the transfer evaluation', (t) => {
  const before = play(begin(1, transfer), [join(a), join(b), completed(a, 0)]);
  t.deepEqual(assignments(before.effects), ['assign fold 0.1 a', 'assign test 0.1 a']);
  const after = play(before.state, [evaluated(a, 0)]);
  t.deepEqual(assignments(after.effects), [
    'assign transfer-paper 0.1 a',
    'assign transfer-fit 0.1 b',
  ]);
  const end = play(after.state, [evaluated(b, 0, 1, fit), evaluated(a, 0, 1, paper)]);
  t.is(end.state.phase, 'finished');
});

test('the test part opens with the selection, the transfer parts with the result of the test', (t) => {
  const openIn = (state: RunState) =>
    (['train', 'test', paper, fit] as const).filter((part) => isOpen(state, part));
  const steps: readonly SchedulerEvent[] = [
    join(a),
    completed(a, 0),
    completed(a, 1, 1, 0.4),
    evaluated(a, 0),
  ];
  const states = steps.map((_, index) => play(begin(2, transfer), steps.slice(0, index + 1)).state);
  t.deepEqual(states.map(openIn), [
    ['train'],
    ['train'],
    ['train', 'test'],
    ['train', 'test', paper, fit],
  ]);
});

test('a worker lost during the final test costs that attempt only', (t) => {
  const { state, effects } = play(begin(1), [
    join(a),
    join(b),
    completed(a, 0),
    left(a),
    evaluated(a, 0, 1),
    evaluated(b, 0, 2),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(assignments(effects).slice(1), ['assign test 0.1 a', 'assign test 0.2 b']);
});

test('a worker lost during the transfer evaluation costs that attempt only', (t) => {
  const { state, effects } = play(begin(1, transfer), [
    join(a),
    join(b),
    completed(a, 0),
    evaluated(a, 0),
    left(b),
    evaluated(b, 0, 1, fit),
    evaluated(a, 0, 1, paper),
    evaluated(a, 0, 2, fit),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(assignments(effects).slice(2), [
    'assign transfer-paper 0.1 a',
    'assign transfer-fit 0.1 b',
    'assign transfer-fit 0.2 a',
  ]);
  t.like(
    recorded(effects).find(({ type }) => type === 'run.evaluation-lost'),
    { part: fit, attempt: 1, cause: 'preempted', reason: 'gone' },
  );
});

test('a repeated result of the test is acknowledged again and changes nothing', (t) => {
  const before = play(begin(1, transfer), [join(a), completed(a, 0), evaluated(a, 0)]);
  const [after, effects] = step(before.state, evaluated(a, 0));
  t.is(after, before.state);
  t.deepEqual(told(effects), ['acknowledge test 0.1 a']);
});

test('results of parts that are not open, not in the run or of another fold are ignored', (t) => {
  const { state } = play(begin(2), [join(a), completed(a, 0, 1, 0.9), completed(a, 1, 1, 0.1)]);
  for (const event of [evaluated(a, 1), evaluated(a, 0, 1, paper), evaluated(b, 0)]) {
    t.is(step(state, event)[0], state);
  }
  const early = play(begin(1, transfer), [join(a), completed(a, 0)]).state;
  t.is(step(early, evaluated(a, 0, 1, fit))[0], early);
});

test('a test that fails for good fails the run', (t) => {
  const { state, effects } = play(begin(1, transfer), [
    join(a),
    completed(a, 0),
    failed(a, id('test'), 'training'),
  ]);
  t.is(state.phase, 'failed');
  t.like(outcomeOf(effects), { reason: 'the final test failed at attempt 1: it broke' });
});

test('a transfer evaluation that fails for good leaves a finished run without it', (t) => {
  const { state, effects } = play(begin(1, transfer), [
    join(a),
    join(b),
    completed(a, 0),
    evaluated(a, 0),
    failed(a, id(paper), 'training'),
  ]);
  t.is(state.phase, 'finished');
  t.deepEqual(told(effects).slice(-4), [
    'record run.warning',
    'record run.finished',
    'cancel transfer-fit 0.1 b',
    'end finished',
  ]);
  const outcome = outcomeOf(effects);
  if (outcome?.status !== 'finished') return t.fail();
  t.is(outcome.transfer, undefined);
  t.is(outcome.evaluation.part, 'test');
  t.regex(outcome.warnings.join(), /without the transfer evaluation: transfer-paper .* it broke/);
  t.deepEqual(warningsIn(effects), outcome.warnings);
});

test('machines that fail at the transfer evaluation too often end it, not the run', (t) => {
  const { state, effects } = play(begin(1, transfer), [
    join(a),
    completed(a, 0),
    evaluated(a, 0),
    failed(a, id(paper, 1), 'infrastructure', 0),
    tick(1000),
    failed(a, id(paper, 2), 'infrastructure', 1000),
    tick(3000),
    failed(a, id(paper, 3), 'infrastructure', 3000),
  ]);
  t.is(state.phase, 'finished');
  t.is(outcomeOf(effects)?.status, 'finished');
});
