import test from 'ava';
import { DataError, TrainingError } from '../../../shared/errors.ts';
import { trainable, trainableGraph } from '../../../worker/trainer/untrainable.ts';

const fail = (error: Error) => (): never => {
  throw error;
};

for (const message of [
  'Cannot compute gradient: gradient function not found for Greater.',
  'Total size of new array must be unchanged.',
  'Operands could not be broadcast together with shapes 96 and 48.',
  'GatherV2: the index value 104 is not in [0, 8]',
  'Invalid TF_Status: 3\nMessage: Expected begin[1] in [0, 28], but got -3',
]) {
  test(`is of the network, and the same anywhere: ${message}`, (t) => {
    const error = t.throws(() => trainable(fail(new Error(message))), {
      instanceOf: TrainingError,
    });
    t.regex(error.message, /^the network cannot be trained by tfjs: [^\n]+$/);
  });
}

for (const error of [
  new Error('Invalid TF_Status: 13\nMessage: cudaErrorUnknown'),
  new Error('Invalid TF_Status: 8\nMessage: OOM when allocating tensor'),
  new RangeError('Array buffer allocation failed'),
  new DataError('something else'),
]) {
  test(`may go well elsewhere, or is told already: ${error.message}`, (t) => {
    t.is(
      t.throws(() => trainable(fail(error))),
      error,
    );
  });
}

test('a graph whose indices are out of bounds is of the network, too', async (t) => {
  const outside = new Error('indices[0,3] = 104 is not in [0, 9)\n\t [[{{node GatherV2_7}}]]');
  await t.throwsAsync(
    trainableGraph(() => Promise.reject(outside)),
    { instanceOf: TrainingError, message: /trained by tfjs: indices\[0,3\] = 104 is not in/ },
  );
  const other = new Error('CUDA error');
  t.is(await t.throwsAsync(trainableGraph(() => Promise.reject(other))), other);
});
