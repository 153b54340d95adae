import type { Tensor, Tensor1D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import type { UntraceableError } from '../../../../worker/engine/compile/index.ts';
import { runSingleOp } from '../../../../worker/engine/raw-op.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import { assertRefused, numbersOf, ROW, row, withCompiled } from './steps.ts';

type Step = (inputs: { readonly x: Tensor }) => Record<string, Tensor>;

/** Steps that no graph can stand for, and what has to be said of them. */
const REFUSED: Record<string, readonly [step: Step, message: RegExp]> = {
  'reads a value': [
    ({ x }) => ({ y: x.mul(x.dataSync()[0]!) }),
    /the step reads the value of a tensor \(data, dataSync, print, …\)/,
  ],
  'reads a value as an array': [
    ({ x }) => ({ y: tf.tensor(x.square().arraySync()) }),
    /reads the value of a tensor/,
  ],
  'prints a value': [
    ({ x }) => {
      x.print();
      return { y: x };
    },
    /reads the value of a tensor/,
  ],
  'hides that it reads a value': [
    ({ x }) => {
      try {
        return { y: tf.scalar(x.dataSync()[0]!) };
      } catch {
        return { y: x };
      }
    },
    /reads the value of a tensor/,
  ],
  'takes the refusal for something else': [
    ({ x }) => {
      try {
        return { y: tf.scalar(x.dataSync()[0]!) };
      } catch {
        throw new Error('something else');
      }
    },
    /reads the value of a tensor/,
  ],
  'reads a value later': [
    ({ x }) => {
      void x.data().then((values) => values[0]);
      return { y: x };
    },
    /reads the value of a tensor/,
  ],
  'asks where a condition holds': [
    ({ x }) => {
      void tf.whereAsync(x.greater(1));
      return { y: x };
    },
    /reads the value of a tensor/,
  ],
  'masks rows': [
    ({ x }) => {
      void tf.booleanMaskAsync(x, x.greater(1));
      return { y: x };
    },
    /reads the value of a tensor/,
  ],
  'has outputs as large as values say': [
    ({ x }) => ({ y: tf.unique(x as Tensor1D).values }),
    /UniqueV2 gives a tensor whose shape depends on values/,
  ],
  'decides by values': [
    ({ x }) => ({
      y: tf.image.nonMaxSuppression(tf.ones([1, 4]), tf.slice1d(x as Tensor1D, 0, 1), 1),
    }),
    /NonMaxSuppression/,
  ],
  'draws with a state of its own': [
    ({ x }) => ({ y: tf.multinomial(x as Tensor1D, 2, 7) }),
    /Multinomial keeps a state of its own/,
  ],
  'makes text': [() => ({ y: tf.tensor(['a', 'b']).slice(0, 1) }), /type 7 cannot be constants/],
  'returns text': [() => ({ y: tf.tensor(['a', 'b']) }), /returns y, a tensor of type string/],
  'returns complex numbers': [({ x }) => ({ y: tf.complex(x, x) }), /cannot be compiled/],
  'runs an op that is none': [
    ({ x }) => ({ y: runSingleOp(tf, 'NoSuchOp', { inputs: [x], attributes: {} }) }),
    /NoSuchOp is not taken by TensorFlow: Op type not registered/,
  ],
  'runs an op with an attribute that it does not take': [
    ({ x }) => ({ y: runSingleOp(tf, 'LeakyRelu', { inputs: [x], attributes: { alpha: { text: 'a' } } }) }), // prettier-ignore
    /LeakyRelu is not taken by TensorFlow: .*'alpha'/s,
  ],
  'is asynchronous': [
    (async ({ x }: { x: Tensor }) => Promise.resolve({ y: x })) as unknown as Step,
    /is asynchronous; it must do all its work at once/,
  ],
  'fails later': [
    (async () => Promise.reject(new Error('later'))) as unknown as Step,
    /is asynchronous/,
  ],
  'returns a tensor without a name': [
    (({ x }: { x: Tensor }) => x) as unknown as Step,
    /returns a tensor; it must return tensors by name/,
  ],
  'returns what it has disposed of': [
    ({ x }: { x: Tensor }) => {
      const y = x.square();
      y.dispose();
      return { y };
    },
    /returns y, which it has disposed of/,
  ],
  'returns a number': [(() => ({ y: 3 })) as unknown as Step, /returns y, which is no tensor/],
};

for (const [name, [step, message]] of Object.entries(REFUSED)) {
  test.serial(`a step is refused that ${name}`, async (t) => {
    await assertRefused(t, step, { error: 'untraceable', message });
  });
}

test.serial('the error names the op that stands in the way', async (t) => {
  const step: Step = ({ x }) => ({ y: tf.unique(x as Tensor1D).values });
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    await t.throwsAsync(run(row), {
      name: 'UntraceableError',
      message: /^The step cannot be compiled/,
    });
    const error = await t.throwsAsync<UntraceableError>(run(row));
    t.is(error.op, 'UniqueV2');
  });
});

test.serial('text from outside is refused, naming what takes it', async (t) => {
  const words = tf.tensor(['a', 'b', 'c']).slice(1, 2);
  const step: Step = () => ({ y: words.slice(0, 1) });
  await assertRefused(t, step, { error: 'untraceable', message: /Slice .*type 7/ });
  words.dispose();
});

test.serial(
  'a step may read what it has made in JavaScript, and what it was given outside',
  async (t) => {
    const table = tf.tensor1d([3, 5, 7]).square();
    const step: Step = ({ x }) => {
      const factor = tf.scalar(2);
      return { y: x.mul(factor.dataSync()[0]! + table.dataSync()[1]!) };
    };
    await withCompiled(step, { inputs: ROW }, async ({ run }) => {
      t.deepEqual(numbersOf((await run(row)).y!), [27, 54, 81]);
    });
    table.dispose();
  },
);

test.serial(
  'complex numbers from outside are refused, those in between are computed',
  async (t) => {
    const outside = tf.complex([1, 2, 3], [4, 5, 6]);
    await assertRefused(t, () => ({ y: tf.real(tf.mul(outside, outside)) }), {
      error: 'untraceable',
      message: /type 8 cannot be constants/,
    });
    outside.dispose();
    const spectrum = (x: Tensor) => tf.abs(tf.spectral.fft(tf.complex(x, x.square())));
    await withCompiled<typeof ROW, 'y'>(
      ({ x }) => ({ y: spectrum(x) }),
      { inputs: ROW },
      async ({ run }) => {
        const eager = tf.tidy(() => [...spectrum(tf.tensor1d(row.x)).dataSync()]);
        t.deepEqual(numbersOf((await run(row)).y), eager);
      },
    );
  },
);

test.serial('a step may return no tensor at all', async (t) => {
  await withCompiled((() => undefined) as unknown as Step, { inputs: ROW }, async ({ run }) => {
    t.deepEqual(await run(row), {});
  });
});

test.serial(
  'a step may gather by an input, and a wrong index is told in the words of TensorFlow',
  async (t) => {
    const table = tf.tensor1d([10, 20, 30]);
    const inputs = { indices: { shape: [null], dtype: 'int32' } } as const;
    const step = ({ indices }: { indices: Tensor }) => ({
      y: tf.gather(table, indices),
    });
    await withCompiled(step, { inputs }, async ({ run }) => {
      t.deepEqual(numbersOf((await run({ indices: Int32Array.of(2, 0) })).y), [30, 10]);
      await t.throwsAsync(run({ indices: Int32Array.of(1, 3) }), {
        message: /indices\[1\] = 3 is not in \[0, 3\)/,
      });
      t.deepEqual(numbersOf((await run({ indices: Int32Array.of(1, 1) })).y), [20, 20]);
    });
    table.dispose();
  },
);
