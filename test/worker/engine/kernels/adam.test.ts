import test from 'ava';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../../shared/random.ts';
import { hasOwnOps } from '../../../../worker/engine/own-ops.ts';
import { runOp } from '../../../../worker/engine/raw-op.ts';
import { greatestDifference, tf } from '../../../helpers/tensorflow.ts';

hasOwnOps(tf);

const STEPS = 5;
const BETA1 = 0.9;
const BETA2 = 0.999;

interface State {
  readonly parameter: ArrayLike<number>;
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

interface Step {
  readonly slope: Float32Array;
  readonly rate: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

function ours(state: State, { slope, rate, epsilon, weightDecay }: Step): State {
  return tf.tidy(() => {
    const inputs = [state.parameter, state.first, state.second, slope].map((values): Tensor =>
      tf.tensor1d(values as Float32Array),
    );
    const attributes = {
      beta1: { float: BETA1 },
      beta2: { float: BETA2 },
      weight_decay: { float: weightDecay },
    };
    const op = { inputs: [...inputs, tf.scalar(rate), tf.scalar(epsilon)], attributes };
    const after = runOp(tf, 'FoldwiseAdam', op, 3).map((tensor) => tensor.dataSync());
    const [parameter, first, second] = after as unknown as [Float32Array, ...Float32Array[]];
    return { parameter, first: first!, second: second! };
  });
}

function definition(state: State, { slope, rate, epsilon, weightDecay }: Step): State {
  const [p, m, v] = [state.parameter, state.first, state.second].map((values) =>
    Float64Array.from(values),
  ) as [Float64Array, Float64Array, Float64Array];
  for (const i of p.keys()) {
    const gradient = slope[i]! + weightDecay * p[i]!;
    m[i] = BETA1 * m[i]! + gradient;
    v[i] = BETA2 * v[i]! + gradient * gradient;
    p[i]! -= (rate * m[i]) / (Math.sqrt(v[i]) + epsilon);
  }
  return { parameter: p, first: m, second: v };
}

// Blocks are of 16,384 numbers.
for (const size of [1, 5, 16_383, 16_384, 16_385, 40_001]) {
  for (const weightDecay of [0, 0.01]) {
    test(`${STEPS} steps of ${size} numbers with weight decay ${weightDecay}`, (t) => {
      const random = createRandom(size, 'synthetic');
      const draw = () => {
        const values = new Float32Array(size);
        random.fillUniform(values, -1, 1);
        return values;
      };
      const start = { parameter: draw(), first: new Float32Array(size), second: draw().fill(0) };
      let [actual, wanted]: State[] = [start, start];
      for (let step = 0; step < STEPS; step++) {
        const by = { slope: draw(), rate: 0.02 / (step + 1), epsilon: 1e-7, weightDecay };
        [actual, wanted] = [ours(actual!, by), definition(wanted!, by)];
      }
      for (const part of ['parameter', 'first', 'second'] as const) {
        t.true(greatestDifference(actual![part], wanted![part]) < 2e-6, part);
      }
    });
  }
}

test('a gradient that is no number is passed on', (t) => {
  const start = { parameter: [1, 1, 1], first: [0, 0, 0], second: [0, 0, 0] };
  const slope = Float32Array.of(1, NaN, Infinity);
  const { parameter } = ours(start, { slope, rate: 0.1, epsilon: 0, weightDecay: 0 });
  t.deepEqual([...Array.from(parameter)].map(Number.isNaN), [false, true, true]);
});

test('numbers too small for the usual form of a float count as 0', (t) => {
  const start = { parameter: [1], first: [0], second: [1e-40] };
  const by = { slope: Float32Array.of(0), rate: 1, epsilon: 1, weightDecay: 0 };
  t.is(ours(start, by).second[0], 0);
});
