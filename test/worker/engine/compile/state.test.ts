import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { CompiledFunction, createProgram } from '../../../../worker/engine/compile/index.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { numbersOf, ROW, row, withCompiled, withVariable } from './steps.ts';

const accumulate =
  (sum: Variable) =>
  ({ x }: { x: Tensor }) => {
    sum.assign(sum.add(x));
    return { sum: sum.clone() };
  };

test.serial('variables of tfjs stay as they were until they are stored', async (t) => {
  await withVariable([0, 0, 0], async (sum) => {
    await withCompiled(accumulate(sum), { inputs: ROW }, async ({ run, store, variables }) => {
      t.deepEqual(variables(), []);
      for (let call = 1; call <= 3; call++) {
        t.deepEqual(numbersOf((await run(row)).sum), [call, 2 * call, 3 * call]);
      }
      t.deepEqual(variables(), [sum]);
      t.deepEqual([...sum.dataSync()], [0, 0, 0]);
      await store();
      t.deepEqual([...sum.dataSync()], [3, 6, 9]);
    });
  });
});

test.serial('the device takes the values of tfjs when they are loaded', async (t) => {
  await withVariable([0, 0, 0], async (sum) => {
    await withCompiled(accumulate(sum), { inputs: ROW }, async ({ run, load }) => {
      await run(row);
      tf.tidy(() => sum.assign(tf.tensor1d([10, 10, 10])));
      t.deepEqual(numbersOf((await run(row)).sum), [2, 4, 6]);
      await load();
      t.deepEqual(numbersOf((await run(row)).sum), [11, 12, 13]);
    });
  });
});

test.serial('loading and storing may be told which variables', async (t) => {
  await withVariable([0, 0, 0], async (one) => {
    await withVariable([0, 0, 0], async (other) => {
      const step = ({ x }: { x: Tensor }) => {
        one.assign(one.add(x));
        other.assign(other.sub(x));
        return {};
      };
      await withCompiled(step, { inputs: ROW }, async ({ run, load, store, variables }) => {
        await run(row);
        t.is(variables().length, 2);
        await store([other]);
        t.deepEqual([...one.dataSync(), ...other.dataSync()], [0, 0, 0, -1, -2, -3]);
        await load([one]);
        await store();
        t.deepEqual([...one.dataSync(), ...other.dataSync()], [0, 0, 0, -1, -2, -3]);
      });
    });
  });
});

test.serial('variables that the program does not use are left alone', async (t) => {
  await withVariable([5, 5, 5], async (stranger) => {
    await withVariable([0, 0, 0], async (sum) => {
      await withCompiled(accumulate(sum), { inputs: ROW }, async ({ run, load, store }) => {
        await load();
        await store([stranger]);
        await run(row);
        await load([stranger]);
        await store([stranger]);
        t.deepEqual([...stranger.dataSync()], [5, 5, 5]);
      });
    });
  });
});

test.serial('a step reads the values that variables had when it began', async (t) => {
  await withVariable([1, 2, 3], async (one) => {
    await withVariable([0, 0, 0], async (other) => {
      const swap = () => {
        const before = one.clone();
        one.assign(other.clone());
        other.assign(before);
        return { difference: one.sub(other), before };
      };
      await withCompiled(swap, { inputs: {} }, async ({ run, store }) => {
        const { difference, before } = await run({});
        t.deepEqual([...numbersOf(difference), ...numbersOf(before)], [-1, -2, -3, 1, 2, 3]);
        t.deepEqual(numbersOf((await run({})).difference), [1, 2, 3]);
        await run({});
        await store();
        t.deepEqual([...one.dataSync(), ...other.dataSync()], [0, 0, 0, 1, 2, 3]);
      });
    });
  });
});

test.serial(
  'a variable read through several ways changes once, after all have read it',
  async (t) => {
    await withVariable([1, 2, 3], async (variable) => {
      const step = ({ x }: { x: Tensor }) => {
        // Large, so that the assignment would have time to come first.
        const slow = tf
          .ones([400, 400])
          .mul(x.sum())
          .matMul(tf.ones([400, 400]))
          .sum()
          .mul(0);
        const late = variable.add(slow);
        variable.assign(tf.tidy(() => variable.mul(2)));
        return { late, now: variable.clone() };
      };
      await withCompiled(step, { inputs: ROW }, async ({ run }) => {
        for (let factor = 1; factor < 64; factor *= 2) {
          const { late, now } = await run(row);
          t.deepEqual(numbersOf(late), [factor, 2 * factor, 3 * factor]);
          t.deepEqual(numbersOf(now), [2 * factor, 4 * factor, 6 * factor]);
        }
      });
    });
  },
);

test.serial('variables may begin with the same tensor, uploaded or not', async (t) => {
  for (const initial of [tf.tensor1d([1, 2, 3]), tf.tensor1d([0, 1, 2]).add(1)]) {
    const [one, other] = [tf.variable(initial), tf.variable(initial)];
    const step = ({ x }: { x: Tensor }) => {
      one.assign(one.add(x));
      return { one: one.clone(), other: other.clone() };
    };
    await withCompiled(step, { inputs: ROW }, async ({ run, store }) => {
      await run(row);
      const outputs = await run(row);
      t.deepEqual(numbersOf(outputs.one), [3, 6, 9]);
      t.deepEqual(numbersOf(outputs.other), [1, 2, 3]);
      t.deepEqual([...initial.dataSync(), ...one.dataSync()], [1, 2, 3, 1, 2, 3]);
      await store();
      t.deepEqual([...initial.dataSync(), ...other.dataSync()], [1, 2, 3, 1, 2, 3]);
    });
    tf.dispose([initial, one, other]);
  }
});

test.serial('variables of other types than numbers do no harm', async (t) => {
  const words = tf.variable(tf.tensor(['a', 'b']), false);
  await withCompiled(
    ({ x }) => ({ y: x.square() }),
    { inputs: ROW },
    async ({ run }) => {
      t.deepEqual(numbersOf((await run(row)).y), [1, 4, 9]);
    },
  );
  t.deepEqual([...(words.dataSync() as unknown as string[])], ['a', 'b']);
  words.dispose();
});

test.serial('integers and booleans are kept as they are', async (t) => {
  const count = tf.variable(tf.scalar(2 ** 24, 'int32'), false);
  const isOdd = tf.variable(tf.scalar(false, 'bool'), false);
  const inputs = { by: { shape: [], dtype: 'int32' }, flip: { shape: [], dtype: 'bool' } } as const;
  const step = ({ by, flip }: { by: Tensor; flip: Tensor }) => {
    count.assign(count.add(by));
    isOdd.assign(tf.logicalXor(isOdd, flip));
    return { count: count.clone(), isOdd: isOdd.clone() };
  };
  await withCompiled(step, { inputs }, async ({ run, store }) => {
    const first = await run({ by: 1, flip: 1 });
    t.deepEqual(first.count, { shape: [], values: Int32Array.of(2 ** 24 + 1) });
    t.deepEqual(first.isOdd, { shape: [], values: Uint8Array.of(1) });
    await run({ by: Int32Array.of(2), flip: Uint8Array.of(0) });
    await store();
    t.deepEqual([count.dataSync()[0]!, isOdd.dataSync()[0]!], [2 ** 24 + 3, 1]);
  });
  tf.dispose([count, isOdd]);
});

test.serial('the last batch may be smaller, and shapes may come in any order', async (t) => {
  await withVariable([0], async (sum) => {
    const inputs = { x: { shape: [null, 2], dtype: 'float32' } } as const;
    const step = ({ x }: { x: Tensor }) => {
      sum.assign(sum.add(x.sum()));
      return { rows: x.sum(1), mean: x.mean() };
    };
    await withCompiled(step, { inputs }, async ({ run, store }) => {
      let expected = 0;
      for (const rows of [4, 1, 4, 3, 1, 4]) {
        const x = Float32Array.from({ length: rows * 2 }, (_, index) => index);
        const outputs = await run({ x });
        t.deepEqual(outputs.rows.shape, [rows]);
        t.deepEqual(numbersOf(outputs.mean), [(rows * 2 - 1) / 2]);
        expected += (rows * 2 * (rows * 2 - 1)) / 2;
      }
      await store();
      t.deepEqual([...sum.dataSync()], [expected]);
    });
  });
});

test.serial('functions of one program share their variables', async (t) => {
  await withVariable([0, 0, 0], async (weight) => {
    const program = createProgram(tf);
    const optimizer = tf.train.momentum(0.1, 0.9);
    const train = new CompiledFunction<typeof ROW, 'loss'>(
      program,
      ({ x }) => ({ loss: optimizer.minimize(() => weight.sub(x).square().sum(), true)! }),
      { inputs: ROW },
    );
    const predict = new CompiledFunction(program, () => ({ weight: weight.mul(1) }), {
      inputs: {},
    });
    const losses: number[] = [];
    for (let step = 0; step < 60; step++) {
      losses.push(numbersOf((await train.run(row)).loss)[0]!);
      const [first] = numbersOf((await predict.run({})).weight);
      if (step === 0) t.is(first, Math.fround(0.2));
    }
    t.true(losses.at(-1)! < 0.01 * losses[0]!);
    await program.store();
    t.deepEqual([...weight.dataSync()], numbersOf((await predict.run({})).weight));
    await program.close();
    optimizer.dispose();
  });
});

test.serial('programs keep values of their own, and outputs may be the same tensor', async (t) => {
  await withVariable([0, 0, 0], async (sum) => {
    const step = ({ x }: { x: Tensor }) => {
      const { sum: now } = accumulate(sum)({ x });
      return { now, same: now };
    };
    await withCompiled(step, { inputs: ROW }, async (one) => {
      await withCompiled(step, { inputs: ROW, xla: true }, async (other) => {
        await Promise.all([one.run(row), one.run(row), other.run(row)]);
        const outputs = await one.run(row);
        t.deepEqual([...numbersOf(outputs.now), ...numbersOf(outputs.same)], [3, 6, 9, 3, 6, 9]);
        t.deepEqual(numbersOf((await other.run(row)).now), [2, 4, 6]);
      });
    });
  });
});
