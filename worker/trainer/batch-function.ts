import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import {
  CompiledFunction,
  type InputDefinition,
  type InputDefinitions,
  type InputValues,
  type Program,
  UntraceableError,
} from '../engine/compile/index.ts';
import { byteTensor } from '../engine/bytes.ts';
import type { TensorFlow } from '../engine/load.ts';

type Numbers = Float32Array | Int32Array | Uint8Array;

/** Takes and gives numbers by name; what it computes with them is on the device. */
export type BatchFunction<Inputs extends InputDefinitions, Output extends string> = (
  values: InputValues<Inputs>,
) => Promise<Readonly<Record<Output, Numbers>>>;

export interface BatchFunctionOptions<Inputs extends InputDefinitions> {
  readonly inputs: Inputs;
  /** Where it is compiled to, if that is possible; null to run it op by op. */
  readonly program: Program | null;
}

/**
 * Makes a pure function of tensors one of numbers.
 *
 * @param compute - reads no values and changes no variables
 */
export function createBatchFunction<const Inputs extends InputDefinitions, Output extends string>(
  tf: TensorFlow,
  compute: (inputs: { readonly [Name in keyof Inputs]: Tensor }) => Readonly<
    Record<Output, Tensor>
  >,
  { inputs, program }: BatchFunctionOptions<Inputs>,
): BatchFunction<Inputs, Output> {
  const eager: BatchFunction<Inputs, Output> = async (values) =>
    Promise.resolve(runEagerly(tf, compute, { inputs, values }));
  if (program === null) return eager;
  const compiled = new CompiledFunction(program, compute, { inputs, isRechecked: false });
  let isTraceable = true;
  return async (values) => {
    try {
      if (isTraceable) return numbersOf(await compiled.run(values));
    } catch (error) {
      if (!(error instanceof UntraceableError)) throw error;
      isTraceable = false;
    }
    // Variables may have moved on in the session.
    await program.store();
    return eager(values);
  };
}

function numbersOf<Output extends string>(
  outputs: Readonly<Record<Output, { readonly values: Numbers }>>,
): Record<Output, Numbers> {
  const entries = Object.entries<{ readonly values: Numbers }>(outputs);
  const named = entries.map(([name, { values }]) => [name, values]);
  return Object.fromEntries(named) as Record<Output, Numbers>;
}

function runEagerly<Inputs extends InputDefinitions, Output extends string>(
  tf: TensorFlow,
  compute: (inputs: { readonly [Name in keyof Inputs]: Tensor }) => Readonly<
    Record<Output, Tensor>
  >,
  { inputs, values }: { readonly inputs: Inputs; readonly values: InputValues<Inputs> },
): Record<Output, Numbers> {
  const engine = tf.engine();
  engine.startScope('batch');
  try {
    const tensors = Object.entries(inputs).map(([name, definition]) => {
      const value = values[name] as Numbers | number;
      return [name, toTensor(tf, definition, typeof value === 'number' ? [value] : value)];
    });
    const outputs = compute(Object.fromEntries(tensors) as { [Name in keyof Inputs]: Tensor });
    const read = Object.entries<Tensor>(outputs).map(([name, tensor]) => [name, tensor.dataSync()]);
    return Object.fromEntries(read) as Record<Output, Numbers>;
  } finally {
    engine.endScope();
  }
}

function toTensor(
  tf: TensorFlow,
  { shape, dtype }: InputDefinition,
  values: Numbers | readonly number[],
): Tensor {
  const sides = shape.map((side) => side ?? -1);
  if (dtype === 'uint8') return byteTensor(tf, Uint8Array.from(values), sides);
  return tf.reshape(tf.tensor1d(values as Numbers, dtype), sides);
}
