import test from 'ava';
import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { adamCoefficients, createAdam } from '../../../worker/trainer/optimizer.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';

/** torch.optim.Adam, line by line, in double precision. */
function reference(parameters: number[], slopes: number[][], rates: number[], weightDecay: number) {
  const p = [...parameters];
  const m = p.map(() => 0);
  const v = p.map(() => 0);
  for (const [index, slope] of slopes.entries()) {
    const t = index + 1;
    for (const i of p.keys()) {
      const g = slope[i]! + weightDecay * p[i]!;
      m[i] = 0.9 * m[i]! + 0.1 * g;
      v[i] = 0.999 * v[i]! + 0.001 * g * g;
      const stepSize = rates[index]! / (1 - 0.9 ** t);
      const denominator = Math.sqrt(v[i]) / Math.sqrt(1 - 0.999 ** t) + 1e-8;
      p[i] = p[i]! - (stepSize * m[i]) / denominator;
    }
  }
  return p;
}

function run(parameters: number[], slopes: number[][], rates: number[], weightDecay: number) {
  return tf.tidy(() => {
    const variable: Variable = tf.variable(tf.tensor1d(parameters));
    const adam = createAdam(tf, [variable], { weightDecay });
    for (const [step, slope] of slopes.entries()) {
      const { rate, epsilon } = adamCoefficients(rates[step]!, step);
      const coefficients = { rate: tf.scalar(rate), epsilon: tf.scalar(epsilon) };
      adam.apply([tf.tensor1d(slope)], coefficients);
    }
    const moved = [...variable.dataSync()];
    tf.dispose([variable, ...adam.state]);
    return moved;
  });
}

const parameters = [1, -2, 0.5, 0, 3];
const slopes = Array.from({ length: 12 }, (_, step) =>
  parameters.map((_, index) => [1, -1e-3, 1e-6, 0, 1e-9][index]! * Math.cos(step * (index + 1))),
);
const rates = slopes.map((_, step) => 0.1 / (1 + step));

for (const weightDecay of [0, 1e-5, 0.3]) {
  test(`Adam with weight decay ${weightDecay} moves as its definition over several steps`, (t) => {
    const moved = run(parameters, slopes, rates, weightDecay);
    const wanted = reference(parameters, slopes, rates, weightDecay);
    t.true(greatestDifference(moved, wanted) < 2e-5);
  });
}

test('weight decay moves a parameter that has no gradient', (t) => {
  const [moved] = run([2], [[0]], [0.01], 0.1);
  t.true(Math.abs(moved! - (2 - 0.01)) < 1e-6);
});

test('the first step is as long as the learning rate, however small the gradient', (t) => {
  const [moved] = run([0], [[1e-5]], [0.01], 0);
  t.true(Math.abs(moved! / -0.01 - 1) < 2e-3);
});

test('Adam leaves two moments per parameter, and nothing after it is disposed', async (t) => {
  const variables = [tf.variable(tf.ones([3])), tf.variable(tf.ones([2, 2]))];
  const gradients = variables.map((variable) => tf.zerosLike(variable));
  const coefficients = { rate: tf.scalar(1), epsilon: tf.scalar(1) };
  const left = await leftTensors(() => {
    const adam = createAdam(tf, variables, { weightDecay: 0.1 });
    t.is(adam.state.length, 4);
    adam.apply(gradients, coefficients);
    adam.dispose();
  });
  t.is(left, 0);
});
