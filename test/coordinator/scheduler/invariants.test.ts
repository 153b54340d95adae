import test from 'ava';
import { planViolations, violations } from '../../../coordinator/scheduler/invariants.ts';
import type { RunState } from '../../../coordinator/scheduler/state.ts';
import type { EvaluationPart } from '../../../shared/domain.ts';
import { evaluationResult } from '../../helpers/results.ts';
import { tinyPlan, transferSet } from '../../helpers/with-coordinator.ts';
import { a, begin, completed, evaluated, join, play, WITH_TRANSFER } from './stories.ts';

const EVENTS = [join(a), completed(a, 0), evaluated(a, 0)];

/** A run of one fold after so many of its events: joined, trained, tested. */
const after = (count: number): RunState =>
  play(begin(1, { parts: WITH_TRANSFER }), EVENTS.slice(0, count)).state;

const withDone = (state: RunState, part: EvaluationPart): RunState => {
  const result = evaluationResult({ worker: a, fold: 0, attempt: 1, part });
  const done = { status: 'done', attempt: 1, result, began: [] } as const;
  return { ...state, evaluations: new Map(state.evaluations).set(part, done) };
};

test('the states that the scheduler reaches keep the rules', (t) => {
  for (let count = 0; count <= EVENTS.length; count += 1) t.deepEqual(violations(after(count)), []);
});

const breaks = test.macro((t, state: RunState, pattern: RegExp) => {
  t.regex(violations(state).join('; '), pattern);
});

test(
  'a transfer evaluation before the test is done breaks them',
  breaks,
  withDone(after(2), 'transfer-fit'),
  /transfer-fit began before it was open/,
);
test(
  'a test before a fold is selected breaks them',
  breaks,
  withDone(after(1), 'test'),
  /test began before it was open/,
);
test(
  'an end before all is evaluated breaks them',
  breaks,
  { ...withDone(after(3), 'transfer-fit'), phase: 'finished' },
  /finished before all was evaluated/,
);
test(
  'going on when all is evaluated breaks them',
  breaks,
  withDone(withDone(after(3), 'transfer-paper'), 'transfer-fit'),
  /all is evaluated, but the run goes on/,
);

test('a plan has the same pictures both ways, and each sample validates once', (t) => {
  const plan = tinyPlan(2, transferSet);
  t.deepEqual(planViolations(plan), []);
  const transfer = { ...plan.transfer!, fit: { ...plan.transfer!.fit, count: 3 } };
  t.deepEqual(planViolations({ ...plan, transfer }), ['4 pictures made one way, 3 the other']);
  t.deepEqual(planViolations({ ...plan, validation: [[0], [0]] }), ['sample 0 validates 2 times']);
});
