import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { compile, type InputDefinition } from '../../../../worker/engine/compile/index.ts';
import { greatestDifference, tf } from '../../../helpers/tensorflow.ts';
import { numbersOf, ROW, row, withCompiled } from './steps.ts';

const TABLE = { table: { shape: [null, 2], dtype: 'float32' } } as const;

/** Inputs that do not fit their definition, and what is said of them. */
const MISFITS: readonly (readonly [table: unknown, message: RegExp])[] = [
  [Float32Array.of(1, 2, 3), /^input table: expected float32 \[any, 2\], got 3 numbers$/],
  [7, /^input table: expected float32 \[any, 2\], got 1 numbers$/],
  [undefined, /^input table: expected float32 \[any, 2\], got nothing$/],
  [Int32Array.of(1, 2), /^input table: expected a Float32Array for float32, got a Int32Array$/],
  [[1, 2], /^input table: expected a Float32Array for float32, got a Array$/],
  [true, /^input table: expected float32 \[any, 2\], got boolean$/],
];

for (const [table, message] of MISFITS) {
  test.serial(`inputs that do not fit are refused: ${message.source}`, async (t) => {
    let calls = 0;
    const step = ({ table: rows }: { table: Tensor }) => ({ y: (calls++, rows.sum()) });
    await withCompiled(step, { inputs: TABLE }, async ({ run }) => {
      const values = { table: table as Float32Array };
      await t.throwsAsync(run(values), { instanceOf: RangeError, message });
      t.is(calls, 0);
      t.deepEqual(numbersOf((await run({ table: Float32Array.of(1, 2) })).y), [3]);
    });
  });
}

test.serial('inputs that the step does not have are refused', async (t) => {
  await withCompiled(
    ({ x }) => ({ y: x.square() }),
    { inputs: ROW },
    async ({ run }) => {
      const values = { ...row, rate: 0.5 };
      await t.throwsAsync(run(values), {
        instanceOf: RangeError,
        message: 'the step has no input rate',
      });
    },
  );
});

for (const [dtype, value, message] of [
  ['int32', 2.5, /^input x: expected a whole number from -2147483648 .* for int32, got 2.5$/],
  ['int32', 2 ** 31, /^input x: .* got 2147483648$/],
  ['int32', NaN, /^input x: .* got NaN$/],
  ['uint8', 300, /^input x: expected a whole number from 0 to 255 for uint8, got 300$/],
  ['uint8', -1, /^input x: .* got -1$/],
  ['bool', 2, /^input x: expected 0 or 1 for bool, got 2$/],
  ['bool', Uint8Array.of(7), /^input x: expected 0 or 1 for bool, got 7$/],
] as const) {
  test.serial(`no number becomes another: ${String(value)} for ${dtype}`, async (t) => {
    const step = ({ x }: { x: Tensor }) => ({ y: x });
    await withCompiled(step, { inputs: { x: { shape: [], dtype } } }, async ({ run }) => {
      await t.throwsAsync(run({ x: value }), { instanceOf: RangeError, message });
      t.deepEqual(numbersOf((await run({ x: 1 })).y), [1]);
    });
  });
}

test.serial('no inputs at all are refused in words', async (t) => {
  await withCompiled(
    ({ x }) => ({ y: x.square() }),
    { inputs: ROW },
    async ({ run }) => {
      await t.throwsAsync(run(undefined as unknown as typeof row), {
        instanceOf: RangeError,
        message: 'expected the inputs of the step by name, got undefined',
      });
    },
  );
});

test('definitions that nothing fits are refused at once', (t) => {
  const define = (definition: unknown) => () =>
    compile(tf, () => ({}), { inputs: { x: definition as InputDefinition } });
  const wrong = /^input x: expected sides of 0 or more, one null at most, got/;
  t.throws(define({ shape: [null, null], dtype: 'float32' }), { message: wrong });
  t.throws(define({ shape: [-1, 2], dtype: 'float32' }), { message: wrong });
  t.throws(define({ shape: [1.5], dtype: 'int32' }), { message: wrong });
  t.throws(define({ shape: [2], dtype: 'string' }), {
    message: 'input x: expected a dtype out of float32, int32, bool, uint8, got string',
  });
});

test.serial('no rows are rows too', async (t) => {
  const step = ({ table }: { table: Tensor }) => ({ rows: table.mul(2), sum: table.sum() });
  await withCompiled(step, { inputs: TABLE }, async ({ run }) => {
    const { rows, sum } = await run({ table: new Float32Array(0) });
    t.deepEqual([rows.shape, numbersOf(rows), numbersOf(sum)], [[0, 2], [], [0]]);
  });
});

test.serial('an array may be used again as soon as it has been handed over', async (t) => {
  const x = Float32Array.of(1, 2, 3);
  await withCompiled(
    ({ x: input }) => ({ y: input.square() }),
    { inputs: ROW },
    async ({ run }) => {
      const running = run({ x });
      x.fill(9);
      t.deepEqual(numbersOf((await running).y), [1, 4, 9]);
    },
  );
});

test.serial('an array may be a part of a larger one', async (t) => {
  const x = Float32Array.of(0, 1, 2, 3, 4).subarray(1, 4);
  await withCompiled(
    ({ x: input }) => ({ y: input.square() }),
    { inputs: ROW },
    async ({ run }) => {
      t.deepEqual(numbersOf((await run({ x })).y), [1, 4, 9]);
    },
  );
});

test.serial('bytes are taken as they are, and cast in the graph', async (t) => {
  const inputs = { pixels: { shape: [null], dtype: 'uint8' } } as const;
  const step = ({ pixels }: { pixels: Tensor }) => ({ y: pixels.toFloat().div(255) });
  await withCompiled(step, { inputs }, async ({ run }) => {
    const { y } = await run({ pixels: Uint8Array.of(0, 51, 255) });
    t.true(greatestDifference(y.values, [0, 0.2, 1]) < 1e-6);
  });
});
