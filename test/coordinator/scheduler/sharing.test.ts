import test from 'ava';
import { sharing } from '../../../coordinator/scheduler/sharing.ts';
import type { FoldResult } from '../../../shared/domain.ts';
import { foldResult } from '../../helpers/results.ts';
import { a, begin, completed, join, play } from './stories.ts';

const withConfusion = (fold: number, confusion: number[][]): FoldResult => {
  const result = structuredClone(foldResult({ worker: a, fold, attempt: 1 }));
  return { ...result, validation: { ...result.validation, confusion } };
};
const first = withConfusion(0, [
  [0, 0, 0],
  [0, 0, 0],
  [1, 0, 2],
]);
const second = withConfusion(1, [
  [1, 2, 0],
  [0, 0, 0],
  [0, 0, 0],
]);

test('what is shared is the same result', (t) => {
  t.deepEqual(sharing(first, null), first);
  t.deepEqual(sharing(second, first), second);
  const other = { ...first, environment: { ...first.environment, host: 'another' } };
  t.deepEqual(sharing(second, other), second);
  const larger = withConfusion(2, [[0, 0, 0, 0]]);
  t.deepEqual(sharing(second, larger), second);
  t.deepEqual(sharing(larger, second), larger);
});

test('rows of zeros and equal environments are held once', (t) => {
  const shared = sharing(first, null);
  const { validation, environment } = sharing(second, shared);
  const zeros = shared.validation.confusion[0];
  t.is(shared.validation.confusion[1], zeros);
  t.is(validation.confusion[1], zeros);
  t.is(validation.confusion[2], zeros);
  t.is(environment, shared.environment);
});

test('the folds of a run share what they can', (t) => {
  const events = [completed(a, 0), completed(a, 1), completed(a, 2)];
  const { state } = play(begin(3), [join(a), ...events.map((event) => structuredClone(event))]);
  const environments = [...state.folds].map((work) =>
    work.status === 'done' ? work.result.environment : undefined,
  );
  t.is(environments.length, 3);
  t.is(new Set(environments).size, 1);
});
