import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { createProgram } from '../../../../worker/engine/compile/index.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import {
  assertUsable,
  heldByTfjs,
  numbersOf,
  ROW,
  row,
  withCompiled,
  withVariable,
} from './steps.ts';

type Step = (inputs: { readonly x: Tensor }) => { y: Tensor };

test.serial('a step that throws midway leaves tfjs and its variables as they were', async (t) => {
  await withVariable([1, 2, 3], async (variable) => {
    const before = heldByTfjs();
    const { binding } = tf.backend() as unknown as { binding: unknown };
    const step: Step = ({ x }) =>
      tf.tidy(() => {
        variable.assign(variable.add(x));
        tf.keep(x.square());
        tf.grad((y) => {
          if (y.size > 0) throw new Error('thrown by the step');
          return y;
        })(x);
        return { y: x };
      });
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      for (let call = 0; call < 3; call++) {
        await t.throwsAsync(run(row), { message: 'thrown by the step' });
      }
    });
    t.deepEqual([...variable.dataSync()], [1, 2, 3]);
    t.is((tf.backend() as unknown as { binding: unknown }).binding, binding);
    assertUsable(t, before);
    const [gradient] = tf.tidy(() => [
      ...tf
        .grad((y: Tensor) => y.square().sum())(tf.tensor1d([3]))
        .dataSync(),
    ]);
    t.is(gradient, 6);
  });
});

test.serial(
  'shapes that do not fit are told in the words of TensorFlow, other misuse in those of tfjs',
  async (t) => {
    const step: Step = ({ x }) => ({ y: x.as2D(1, 3).matMul(tf.ones([2, 2])) });
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      await t.throwsAsync(run(row), {
        message: /MatMul.*Dimensions must be equal, but are 3 and 2/,
      });
    });
    const misuse: Step = ({ x }) => ({ y: tf.conv2d(x as never, x as never, 1, 'same') });
    await withCompiled(misuse, { inputs: ROW }, async ({ run }) => {
      await t.throwsAsync(run(row), { message: /^Error in conv2d: input must be rank 4/ });
    });
  },
);

test.serial('an optimizer whose step was refused goes on op by op', async (t) => {
  const train = async (isRefused: boolean): Promise<number[]> => {
    const weight = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const optimizer = tf.train.adam(0.1);
    const step: Step = ({ x }) => {
      const y = optimizer.minimize(() => weight.mul(x).square().sum(), true, [weight])!;
      if (isRefused) y.dataSync();
      return { y };
    };
    if (isRefused) {
      await withCompiled(step, { inputs: ROW }, async ({ run }) => {
        await t.throwsAsync(run(row), { message: /reads the value/ });
      });
    }
    for (let index = 0; index < 3; index++) tf.tidy(() => step({ x: tf.tensor1d(row.x) }));
    const reached = [...weight.dataSync()];
    optimizer.dispose();
    weight.dispose();
    return reached;
  };
  t.deepEqual(await train(true), await train(false));
});

test.serial('a variable that depends on the inputs at first has to be there before', async (t) => {
  const before = heldByTfjs();
  let mean: Variable | undefined;
  const step: Step = ({ x }) => {
    mean ??= tf.variable(x.mean(), false);
    return { y: mean.mul(x) };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await t.throwsAsync(run(row), {
      message: /first values depend on its inputs; make them before/,
    });
  });
  t.true(mean!.isDisposed);
  assertUsable(t, before);
});

test.serial('a step that makes a variable each time is refused', async (t) => {
  const made: Variable[] = [];
  const step: Step = ({ x }) => {
    const variable = tf.variable(tf.zeros([3]), false);
    made.push(variable);
    return { y: variable.add(x) };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await t.throwsAsync(run(row), { message: /makes new variables each time it runs/ });
  });
  for (const variable of made) t.deepEqual([...variable.dataSync()], [0, 0, 0]);
  tf.dispose(made);
});

test.serial(
  'a tensor that a step keeps is gone afterwards, and cannot be taken for another',
  async (t) => {
    const before = heldByTfjs();
    let kept: Tensor | undefined;
    const step: Step = ({ x }) => {
      kept ??= tf.keep(x.square());
      return { y: kept.add(x) };
    };
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      for (let call = 0; call < 2; call++) {
        await t.throwsAsync(run(row), {
          message: /keeps a tensor that it takes later .*use a variable/,
        });
      }
    });
    assertUsable(t, before);
  },
);

test.serial('what a step keeps only to return it comes out', async (t) => {
  const before = heldByTfjs();
  const step: Step = ({ x }) => {
    let y = x;
    tf.tidy(() => {
      y = tf.keep(tf.tidy(() => x.square()).add(1));
    });
    return { y };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    t.deepEqual(numbersOf((await run(row)).y), [2, 5, 10]);
  });
  assertUsable(t, before);
});

test.serial(
  'what a step returns stays what it is: variables, inputs, tensors from outside',
  async (t) => {
    const outside = tf.tensor1d([7, 8]).square();
    await withVariable([1, 2], async (variable) => {
      const step = ({ x }: { x: Tensor }) => ({ outside, variable: variable as Tensor, x });
      await withCompiled(step, { inputs: ROW }, async ({ run }) => {
        for (let call = 0; call < 2; call++) {
          const outputs = await run(row);
          t.deepEqual(numbersOf(outputs.outside), [49, 64]);
          t.deepEqual(numbersOf(outputs.variable), [1, 2]);
          t.deepEqual(numbersOf(outputs.x), [1, 2, 3]);
        }
      });
      t.deepEqual([...outside.dataSync(), ...variable.dataSync()], [49, 64, 1, 2]);
    });
    outside.dispose();
  },
);

test.serial('a step without a graph runs again as soon as it can', async (t) => {
  let isReady = false;
  const step: Step = ({ x }) => {
    if (!isReady) throw new Error('not yet');
    return { y: x.square() };
  };
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await t.throwsAsync(run(row), { message: 'not yet' });
    isReady = true;
    t.deepEqual(numbersOf((await run(row)).y), [1, 4, 9]);
  });
});

test.serial('a recurrent layer that goes on from call to call is refused', async (t) => {
  const layer = tf.layers.simpleRNN({ units: 2, stateful: true, batchInputShape: [1, 1, 3] });
  const model = tf.sequential({ layers: [layer] });
  const step: Step = ({ x }) => ({ y: model.apply(x.reshape([1, 1, 3])) as Tensor });
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await t.throwsAsync(run(row), { message: /stateful layer/ });
  });
  model.dispose();
});

test.serial('compiling asks for a backend that is TensorFlow', async (t) => {
  await tf.setBackend('cpu');
  t.throws(() => createProgram(tf), { message: /its backend "cpu".*tf.setBackend/ });
  await tf.setBackend('tensorflow');
});
