import test from 'ava';
import { DataError, EngineError, TrainingError, UsageError } from '../../../shared/errors.ts';
import type { FailureKind } from '../../../worker/trainer/messages.ts';
import { UnusableState } from '../../../worker/trainer/unusable-state.ts';
import { describeFailure } from '../../../worker/trainer/failure.ts';

const kinds = test.macro({
  exec: (t, thrown: Error | string, kind: FailureKind) => {
    const failure = describeFailure(thrown);
    t.is(failure.kind, kind);
    t.true(failure.message.includes(thrown instanceof Error ? thrown.message : String(thrown)));
  },
  title: (_, thrown: Error | string, kind: FailureKind) =>
    `${String(thrown)} is a failure of kind ${kind}`,
});

test(kinds, new TrainingError('the loss is NaN'), 'training');
test(kinds, new DataError('a damaged file'), 'data');
test(kinds, new UnusableState('it is cut short'), 'checkpoint');
test(kinds, new UsageError('images too small'), 'data');
test(kinds, new EngineError('no engine'), 'engine');
test(kinds, new Error('OOM when allocating tensor with shape[60000,28,28,32]'), 'out-of-memory');
test(kinds, new RangeError('Array buffer allocation failed'), 'out-of-memory');
test(kinds, new TypeError('x is not a function'), 'internal');
test(kinds, 'a string', 'internal');

test('a lack of memory is told with how much there is, and what to do', (t) => {
  const { message } = describeFailure(new Error('OOM when allocating tensor'));
  t.regex(
    message,
    /^Out of memory: OOM when allocating tensor\. This machine has [\d.]+ GiB.*, and [\d.]+ GiB free now\. Try a smaller --batch-size/,
  );
  const onGpu = describeFailure(new Error('OOM when allocating tensor by allocator GPU_0_bfc'));
  t.notRegex(onGpu.message, /This machine has/);
});
