import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { describeEngine, type TensorFlow } from '../load.ts';
import { CompiledFunction, type FunctionOptions, type OutputValue } from './compile.ts';
import type { InputDefinitions, InputValues } from './inputs.ts';
import { loadNativeGraphs } from './native.ts';
import { Program } from './program.ts';
import type { SessionOptions } from './session-config.ts';

export type { InputDefinition, InputDefinitions, InputValues } from './inputs.ts';
export type { OutputValue } from './compile.ts';
export { CompiledFunction } from './compile.ts';
export { Program } from './program.ts';
export type { SessionOptions } from './session-config.ts';
export { FrozenValueError, UntraceableError } from './trace-error.ts';

export interface CompileOptions<Inputs extends InputDefinitions>
  extends FunctionOptions<Inputs>, SessionOptions {
  /** Where other steps are compiled into as well: they share variables. One of its own by default. */
  readonly program?: Program;
}

/** A step of tfjs code that runs as one TensorFlow graph, its variables on the device. */
export interface CompiledStep<Inputs extends InputDefinitions, Output extends string> {
  /** Runs the step once. See {@link CompiledFunction.run}. */
  readonly run: (values: InputValues<Inputs>) => Promise<Readonly<Record<Output, OutputValue>>>;
  /** The variables the step reads or changes; known once it has run. */
  readonly variables: () => readonly Variable[];
  /** Gives the device the values that variables have in tfjs; all of them unless told which. */
  readonly load: (variables?: readonly Variable[]) => Promise<void>;
  /** Gives the variables of tfjs the values that they have on the device. */
  readonly store: (variables?: readonly Variable[]) => Promise<void>;
  /** Frees what the device holds; what is shared, the program's own `close` does. */
  readonly close: () => Promise<void>;
}

/** A graph that several steps may be compiled into: they share their variables. */
export function createProgram(tf: TensorFlow, options: SessionOptions = {}): Program {
  return new Program(tf, loadNativeGraphs(describeEngine().folder), options);
}

/**
 * Compiles a step: ordinary tfjs code (layers, gradients, optimizers) that is traced when it is
 * first run with inputs of some shape, and from then on runs as one graph.
 *
 * What changes from call to call must be an input or a `tf.Variable`. Variables are found, also
 * those that optimizers make for themselves; they live on the device, and those of tfjs stay as
 * they were until `store`.
 *
 * @param step - takes tensors by name and returns tensors by name
 */
export function compile<const Inputs extends InputDefinitions, Output extends string>(
  tf: TensorFlow,
  step: (inputs: { readonly [Name in keyof Inputs]: Tensor }) => Readonly<Record<Output, Tensor>>,
  options: CompileOptions<Inputs>,
): CompiledStep<Inputs, Output> {
  const program = options.program ?? createProgram(tf, options);
  const compiled = new CompiledFunction<Inputs, Output>(program, step, options);
  return {
    run: async (values) => compiled.run(values),
    variables: () => program.variables,
    load: async (variables) => program.load(variables),
    store: async (variables) => program.store(variables),
    close: async () => (options.program ? undefined : program.close()),
  };
}
