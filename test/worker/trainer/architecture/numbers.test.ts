import test from 'ava';
import { problemOfNumbers } from '../../../../worker/trainer/architecture/numbers.ts';

const WRONG = [
  ['Dropout', { rate: 1 }],
  ['Dropout', { rate: -0.5 }],
  ['Dropout', { rate: 'x' }],
  ['AlphaDropout', { rate: 2 }],
  ['GaussianNoise', { stddev: null }],
  ['BatchNormalization', { epsilon: 'a' }],
  ['BatchNormalization', { epsilon: -5 }],
  ['BatchNormalization', { momentum: 'b' }],
  ['Conv2D', { dilation_rate: [0, 1] }],
  ['Conv2D', { dilationRate: 1.5 }],
  ['Conv2D', { strides: [-1, 1] }],
  ['Conv2D', { padding: 'causal' }],
  ['SeparableConv2D', { dilation_rate: [2, 2], strides: [2, 2] }],
  ['MaxPooling2D', { pool_size: [0, 0] }],
] as const;

for (const [kind, config] of WRONG) {
  test(`${kind} with ${JSON.stringify(config)} is refused in words`, (t) => {
    t.regex(problemOfNumbers(kind, config) ?? '', /expected|which tfjs does not do/);
  });
}

test('what Keras and tfjs write for ordinary layers is taken', (t) => {
  t.is(problemOfNumbers('Dropout', { rate: 0 }), undefined);
  t.is(problemOfNumbers('MaxPooling2D', { pool_size: [2, 2], strides: null }), undefined);
  t.is(problemOfNumbers('Conv2D', { strides: [2, 2], dilation_rate: [1, 1] }), undefined);
  t.is(problemOfNumbers('Conv1D', { kernel_size: 3, dilation_rate: 4 }), undefined);
  t.is(problemOfNumbers('BatchNormalization', { epsilon: 1e-3, momentum: 0.99 }), undefined);
  t.is(problemOfNumbers('Dense', { rate: 7 }), undefined);
});
