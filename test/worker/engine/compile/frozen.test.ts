import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { FrozenValueError } from '../../../../worker/engine/compile/index.ts';
import { greatestDifference, tf } from '../../../helpers/tensorflow.ts';
import { assertRefused, numbersOf, ROW, row, withCompiled, withVariable } from './steps.ts';

const ADVICE = /must be an input or a variable; for random numbers, use randomUniform/;

test.serial('a dropout layer without a seed is refused', async (t) => {
  const layer = tf.layers.dropout({ rate: 0.5 });
  const step = ({ x }: { x: Tensor }) => ({
    y: layer.apply(x.reshape([1, 3]), { training: true }) as Tensor,
  });
  await assertRefused(t, step, { error: 'frozen', message: ADVICE });
  await assertRefused(t, step, { error: 'frozen', message: /tensor of shape \[1, 3\]/ });
});

test.serial('random numbers that tfjs draws are refused', async (t) => {
  const step = ({ x }: { x: Tensor }) => ({ y: x.add(tf.randomUniform([3])) });
  await assertRefused(t, step, { error: 'frozen', message: /values differ, as input 1 of Add/ });
});

test.serial('more random numbers than a graph would hold as a constant are refused', async (t) => {
  const step = () => ({ y: tf.randomUniform([200, 200]).sum() });
  await assertRefused(t, step, { error: 'frozen', message: /tensor of shape \[200, 200\]/ });
});

test.serial('a rate drawn in JavaScript is refused', async (t) => {
  const step = ({ x }: { x: Tensor }) => ({ y: x.mul(Math.random()) });
  await assertRefused(t, step, { error: 'frozen', message: ADVICE });
});

test.serial('a batch chosen by a counter is refused', async (t) => {
  let batch = 0;
  const step = ({ x }: { x: Tensor }) => ({ y: x.slice(batch++ % 3, 1) });
  await assertRefused(t, step, { error: 'frozen', message: ADVICE });
});

test.serial('an attribute that differs the second time is refused', async (t) => {
  let axis = 0;
  const step = ({ x }: { x: Tensor }) => ({
    y: tf.leakyRelu(x, (axis += 0.1)),
  });
  await assertRefused(t, step, { error: 'frozen', message: /LeakyRelu with .*alpha/ });
});

test.serial('a step that goes another way the second time is refused', async (t) => {
  let isSecond = false;
  const flip = () => (isSecond = !isSecond);
  const other = ({ x }: { x: Tensor }) => ({ y: flip() ? x.square() : x.abs() });
  await assertRefused(t, other, { error: 'frozen', message: /Abs came where Square had been/ });
  isSecond = false;
  const more = ({ x }: { x: Tensor }) => ({ y: flip() ? x.square() : x.square().abs() });
  await assertRefused(t, more, { error: 'frozen', message: /Abs came where output y had been/ });
  isSecond = false;
  const less = ({ x }: { x: Tensor }) => ({ y: flip() ? x.square().abs() : x.square() });
  await assertRefused(t, less, { error: 'frozen', message: /output y came where Abs had been/ });
});

test.serial('a step that returns something else the second time is refused', async (t) => {
  let count = 0;
  const step = ({ x }: { x: Tensor }) => {
    const [square, abs] = [x.square(), x.abs()];
    return { y: count++ % 2 === 0 ? square : abs };
  };
  await assertRefused(t, step, { error: 'frozen', message: /output y/ });
});

test.serial('a step that changes another variable the second time is refused', async (t) => {
  await withVariable([0, 0, 0], async (one) => {
    await withVariable([0, 0, 0], async (other) => {
      let count = 0;
      const step = ({ x }: { x: Tensor }) => {
        const y = x.square();
        (count++ % 2 === 0 ? one : other).assign(y);
        return { y };
      };
      await assertRefused(t, step, { error: 'frozen', message: /variable/ });
      t.deepEqual([...one.dataSync(), ...other.dataSync()], [0, 0, 0, 0, 0, 0]);
    });
  });
});

for (const calls of [1, 3, 7]) {
  test.serial(`a number changed outside after ${calls} calls is found out`, async (t) => {
    let rate = 0.5;
    const step = ({ x }: { x: Tensor }) => ({ y: x.mul(rate) });
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      for (let call = 0; call < calls; call++)
        t.deepEqual(numbersOf((await run(row)).y), [0.5, 1, 1.5]);
      rate = 0.25;
      await t.throwsAsync(run(row), { instanceOf: FrozenValueError, message: ADVICE });
      // Not only when the next comparison would be due.
      await t.throwsAsync(run(row), { instanceOf: FrozenValueError });
      rate = 0.5;
      t.deepEqual(numbersOf((await run(row)).y), [0.5, 1, 1.5]);
    });
  });
}

test.serial(
  'a learning rate that a schedule changes is found out at the second call',
  async (t) => {
    await withVariable([1, 1, 1], async (weight) => {
      const optimizer = tf.train.adam(0.1);
      const step = ({ x }: { x: Tensor }) => {
        optimizer.minimize(() => weight.mul(x).sum(), false, [weight]);
        return { weight: weight.clone() };
      };
      await withCompiled(step, { inputs: ROW }, async ({ run, store }) => {
        const reached = numbersOf((await run(row)).weight);
        Object.assign(optimizer, { learningRate: 0.01 });
        await t.throwsAsync(run(row), { instanceOf: FrozenValueError });
        await store();
        t.deepEqual([...weight.dataSync()], reached);
      });
      optimizer.dispose();
    });
  },
);

for (const size of [3, 20_000]) {
  test.serial(
    `a tensor of ${size} numbers from outside may stay but not be replaced`,
    async (t) => {
      let offset = tf.fill([size], 2).add(1);
      const step = ({ x }: { x: Tensor }) => ({ y: x.sum().add(offset.sum()) });
      await withCompiled(step, { inputs: ROW }, async ({ run }) => {
        for (let call = 0; call < 3; call++) {
          t.deepEqual(numbersOf((await run(row)).y), [6 + 3 * size]);
        }
        offset.dispose();
        offset = tf.fill([size], 5).add(1);
        await t.throwsAsync(run(row), { instanceOf: FrozenValueError });
        offset.dispose();
      });
    },
  );
}

test.serial(
  'tensors from outside that tfjs had not uploaded yet are the same later on',
  async (t) => {
    const values = Float32Array.from({ length: 20_000 }, (_, index) => index % 7);
    const offset = tf.tensor1d(values);
    const step = ({ x }: { x: Tensor }) => ({ y: x.sum().add(offset.sum()) });
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      const expected = [6 + values.reduce((sum, value) => sum + value, 0)];
      for (let call = 0; call < 5; call++) t.deepEqual(numbersOf((await run(row)).y), expected);
    });
    offset.dispose();
  },
);

test.serial('comparing later may be turned off', async (t) => {
  let rate = 0.5;
  const step = ({ x }: { x: Tensor }) => ({ y: x.mul(rate) });
  await withCompiled(step, { inputs: ROW, isRechecked: false }, async ({ run }) => {
    await run(row);
    rate = 0.25;
    t.deepEqual(numbersOf((await run(row)).y), [0.5, 1, 1.5]);
  });
});

test.serial('a rate that is an input changes what a stock optimizer does', async (t) => {
  const rates = [0.1, 0.05, 0.02, 0.01];
  const loss = (weight: Tensor, x: Tensor) => weight.sub(x).square().sum().asScalar();
  const eager = tf.tidy(() => tf.variable(tf.tensor1d([5, 5, 5])));
  const reference = tf.train.adam(1);
  for (const rate of rates) {
    Object.assign(reference, { learningRate: rate });
    tf.tidy(() => void reference.minimize(() => loss(eager, tf.tensor1d(row.x)), false, [eager]));
  }
  await withVariable([5, 5, 5], async (weight) => {
    const optimizer = tf.train.adam(1);
    const step = ({ x, rate }: { x: Tensor; rate: Tensor }) => {
      const before = weight.clone();
      optimizer.minimize(() => loss(weight, x), false, [weight]);
      weight.assign(before.add(weight.sub(before).mul(rate)));
      return {};
    };
    const inputs = { ...ROW, rate: { shape: [], dtype: 'float32' } } as const;
    await withCompiled(step, { inputs }, async ({ run, store }) => {
      for (const rate of rates) await run({ ...row, rate });
      await store();
    });
    t.true(greatestDifference(weight.dataSync(), eager.dataSync()) < 1e-6);
    optimizer.dispose();
  });
  reference.dispose();
  eager.dispose();
});
