import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import {
  compile,
  createProgram,
  FrozenValueError,
} from '../../../../worker/engine/compile/index.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { numbersOf, ROW, row, withCompiled, withVariable } from './steps.ts';

const LARGE = 20_000;

test.serial(
  'a number changed late is found out by the next call whose number 64 divides',
  async (t) => {
    let rate = 0.5;
    let traces = 0;
    const step = ({ x }: { x: Tensor }) => ({ y: (traces++, x.mul(rate)) });
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      for (let call = 1; call <= 130; call++) await run(row);
      // Two at first; at calls 2, 4, 8, 16, 32, 64 and 128 one each.
      t.is(traces, 9);
      rate = 0.25;
      for (let call = 131; call < 192; call++) await run(row);
      await t.throwsAsync(run(row), { instanceOf: FrozenValueError });
    });
  },
);

test.serial(
  'an array that a step fills again keeps its first numbers where they were used',
  async (t) => {
    const scratch = new Float32Array(LARGE);
    const step = ({ x }: { x: Tensor }) => {
      scratch.forEach((_, index) => (scratch[index] = index % 3));
      const sum = tf.tensor1d(scratch).mul(x.sum()).sum();
      scratch.fill(100);
      return { sum };
    };
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      const ones = Array.from({ length: LARGE }, (_, index) => index % 3);
      const expected = 6 * ones.reduce((sum, value) => sum + value, 0);
      for (let call = 0; call < 3; call++) t.deepEqual(numbersOf((await run(row)).sum), [expected]);
    });
  },
);

test.serial('another variable is found out, although it has the name of the first', async (t) => {
  let weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3]), true, 'twice'));
  const step = ({ x }: { x: Tensor }) => ({ y: weight.mul(x) });
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await run(row);
    weight.dispose();
    weight = tf.tidy(() => tf.variable(tf.tensor1d([0, 0, 0]), true, 'twice'));
    await t.throwsAsync(run(row), { instanceOf: FrozenValueError, message: /variable twice/ });
  });
  weight.dispose();
});

test.serial('a variable made late begins with what others hold on the device', async (t) => {
  await withVariable([1, 2, 3], async (weight) => {
    const program = createProgram(tf);
    const grow = compile(tf, ({ x }) => (weight.assign(weight.add(x)), {}), {
      ...{ program, inputs: ROW },
    });
    await grow.run(row);
    let double: Variable | undefined;
    const step = () => ({
      double: (double ??= tf.tidy(() => tf.variable(weight.mul(2)))) as Tensor,
    });
    const late = compile(tf, step, { program, inputs: {} });
    t.deepEqual(numbersOf((await late.run({})).double), [4, 8, 12]);
    await program.close();
    double!.dispose();
  });
});

test.serial('a step that does more when it makes its variables is refused', async (t) => {
  await withVariable([1, 2, 3], async (weight) => {
    let slot: Variable | undefined;
    const step = ({ x }: { x: Tensor }) => {
      if (!slot) {
        slot = tf.tidy(() => tf.variable(tf.zeros([3]), false));
        weight.assign(weight.add(100));
      }
      slot.assign(slot.add(x));
      return { weight: weight as Tensor };
    };
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      await t.throwsAsync(run(row), { message: /changes other variables when it makes some/ });
    });
    t.deepEqual([...weight.dataSync()], [1, 2, 3]);
    slot!.dispose();
  });
});

test.serial('a graph is made for each shape, and once', async (t) => {
  let traces = 0;
  const inputs = { x: { shape: [null], dtype: 'float32' } } as const;
  const step = ({ x }: { x: Tensor }) => ({ y: (traces++, x.sum()) });
  await withCompiled(step, { inputs, isRechecked: false }, async ({ run }) => {
    for (const size of [3, 3, 2, 3, 2]) await run({ x: new Float32Array(size) });
    t.is(traces, 4);
  });
});
