import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { ExecutionContext } from 'ava';
import {
  compile,
  type CompileOptions,
  type CompiledStep,
  FrozenValueError,
  type InputDefinitions,
  UntraceableError,
} from '../../../../worker/engine/compile/index.ts';
import { tf } from '../../../helpers/tensorflow.ts';

/** One row of three numbers. */
export const ROW = { x: { shape: [3], dtype: 'float32' } } as const;
export const row = { x: Float32Array.of(1, 2, 3) };

type Step<Inputs extends InputDefinitions, Output extends string> = (inputs: {
  readonly [Name in keyof Inputs]: Tensor;
}) => Readonly<Record<Output, Tensor>>;

/** Compiles a step, and frees what that took afterwards. */
export async function withCompiled<const Inputs extends InputDefinitions, Output extends string>(
  step: Step<Inputs, Output>,
  options: CompileOptions<Inputs>,
  use: (compiled: CompiledStep<Inputs, Output>) => Promise<void>,
): Promise<void> {
  const compiled = compile(tf, step, options);
  try {
    await use(compiled);
  } finally {
    await compiled.close();
  }
}

/** A variable that is gone after the test. */
export async function withVariable(
  values: readonly number[],
  use: (variable: Variable) => Promise<void>,
): Promise<void> {
  const variable = tf.tidy(() => tf.variable(tf.tensor1d([...values])));
  try {
    await use(variable);
  } finally {
    variable.dispose();
  }
}

/** Numbers that an output holds. */
export const numbersOf = ({ values }: { readonly values: ArrayLike<number> }): number[] =>
  Array.from(values);

/** What tfjs holds, which a refused step must not change. */
export const heldByTfjs = () => ({
  tensors: tf.memory().numTensors,
  buffers: tf.memory().numDataBuffers,
  variables: Object.keys(tf.engine().registeredVariables).length,
});

/** Checks that tfjs works as before: it computes, and keeps nothing of what went wrong. */
export function assertUsable(t: ExecutionContext, before: ReturnType<typeof heldByTfjs>): void {
  t.deepEqual(heldByTfjs(), before);
  t.deepEqual(
    tf.tidy(() => [...tf.tensor1d([1, 2]).square().dataSync()]),
    [1, 4],
  );
}

/** Checks that a step on ROW is refused with a message, and that tfjs is as before. */
export async function assertRefused(
  t: ExecutionContext,
  step: Step<typeof ROW, string>,
  expected: { readonly error: 'frozen' | 'untraceable'; readonly message: RegExp },
): Promise<void> {
  const before = heldByTfjs();
  await withCompiled(step, { inputs: ROW }, async ({ run }) => {
    const error = await t.throwsAsync(run(row), {
      instanceOf: expected.error === 'frozen' ? FrozenValueError : UntraceableError,
    });
    t.regex(error.message, expected.message);
  });
  assertUsable(t, before);
}
