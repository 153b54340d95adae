import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { FrozenValueError, UntraceableError } from '../../../../worker/engine/compile/index.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { numbersOf, ROW, row, withCompiled, withVariable } from './steps.ts';

/** Steps that a compiler might get wrong without noticing. */

test.serial('an array that the step uses again holds what it held when it was used', async (t) => {
  const shared = new Float32Array(20_000);
  const step = ({ x }: { x: Tensor }) => {
    shared.set([1, 2, 3]);
    const first = tf.tensor1d(shared).sum();
    shared.set([100, 200, 300]);
    const second = tf.tensor1d(shared).sum();
    return { first: first.add(x.sum().mul(0)), second };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    const { first, second } = await run(row);
    t.deepEqual([numbersOf(first), numbersOf(second)], [[6], [600]]);
  });
});

test.serial('another variable with the name of one that is gone is noticed', async (t) => {
  let held = tf.variable(tf.tensor1d([1, 2, 3]), true, 'reused name');
  const step = ({ x }: { x: Tensor }) => ({ y: held.mul(x) });
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await run(row);
    held.dispose();
    held = tf.variable(tf.tensor1d([10, 20, 30]), true, 'reused name');
    await t.throwsAsync(run(row), { instanceOf: FrozenValueError });
  });
  held.dispose();
});

test.serial('a step that changes other variables the first time is refused', async (t) => {
  const made: Variable[] = [];
  const step = ({ x }: { x: Tensor }) => {
    const [sum] = made;
    if (sum) sum.assign(sum.add(x));
    else made.push(tf.variable(tf.zeros([3])));
    return { sum: made[0]!.clone() };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await t.throwsAsync(run(row), {
      instanceOf: UntraceableError,
      message: /make its variables before/,
    });
  });
  tf.dispose(made);
});

test.serial('a variable made late begins with what others hold on the device', async (t) => {
  const copies = new Map<number, Variable>();
  await withVariable([0], async (weight) => {
    const step = ({ x }: { x: Tensor }) => {
      weight.assign(weight.add(1));
      const size = x.shape[0] ?? 0;
      const copy = copies.get(size) ?? tf.variable(weight.mul(10));
      copies.set(size, copy);
      return { copy: copy.clone() };
    };
    const inputs = { x: { shape: [null], dtype: 'float32' } } as const;
    await withCompiled(step, { inputs }, async ({ run }) => {
      for (let call = 0; call < 3; call++) await run({ x: Float32Array.of(1, 2) });
      const { copy } = await run({ x: Float32Array.of(1, 2, 3) });
      t.deepEqual(numbersOf(copy), [40]);
    });
  });
  tf.dispose([...copies.values()]);
});

test.serial('a number that changes late is noticed within 64 calls', async (t) => {
  let rate = 1;
  const step = ({ x }: { x: Tensor }) => ({ y: x.mul(rate) });
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    for (let call = 0; call < 300; call++) await run(row);
    rate = 2;
    const calls = async (): Promise<void> => {
      for (let call = 0; call < 64; call++) await run(row);
    };
    await t.throwsAsync(calls(), { instanceOf: FrozenValueError });
  });
});
