import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { FoldwiseError } from '../../../shared/errors.ts';
import type { TensorFlow } from '../load.ts';
import { addAssign, addRead } from './device-variables.ts';
import { type DType, type TypedArray, TYPE_NUMBERS, valuesOf } from './host-tensor.ts';
import {
  assertDefined,
  feedOf,
  type InputDefinitions,
  type InputValues,
  specsOf,
} from './inputs.ts';
import type { HostTensor, OutputRef } from './native.ts';
import type { Program } from './program.ts';
import { assertSame, type Recording } from './recording.ts';
import { MAKES_VARIABLES, rehearse } from './rehearse.ts';
import { type InputSpec, type Step, type Trace, type TraceOptions, traceStep } from './trace.ts';
import type { Source } from './trace-binding.ts';
import { UntraceableError } from './trace-error.ts';

/** What a call gives. */
export interface OutputValue {
  readonly shape: readonly number[];
  readonly values: TypedArray;
}

export interface FunctionOptions<Inputs extends InputDefinitions> {
  readonly inputs: Inputs;
  /**
   * Whether to trace the step again at the 2nd, 4th, 8th … and at every 64th call, and refuse to go
   * on where it has become another: a number changed outside, say, which calls in between do not
   * notice. Takes milliseconds each time.
   */
  readonly isRechecked?: boolean;
}

const RECHECK_EVERY = 64;

/** One shape of the inputs, compiled. */
interface Compiled {
  readonly specs: Readonly<Record<string, InputSpec>>;
  readonly inputs: Readonly<Record<string, OutputRef>>;
  readonly outputs: readonly (readonly [name: string, ref: OutputRef])[];
  readonly targets: readonly OutputRef[];
  readonly recording: Recording;
}

/** A step of tfjs code that is run as one graph. */
export class CompiledFunction<Inputs extends InputDefinitions, Output extends string> {
  readonly #program: Program;
  readonly #step: Step;
  readonly #options: FunctionOptions<Inputs>;
  readonly #compiled = new Map<string, Compiled>();
  #calls = 0;
  /** At the latest comparison, the step had become another. */
  #isSuspect = false;
  #isKeeping = false;

  constructor(
    program: Program,
    step: (inputs: { readonly [Name in keyof Inputs]: Tensor }) => Readonly<Record<Output, Tensor>>,
    options: FunctionOptions<Inputs>,
  ) {
    assertDefined(options.inputs);
    this.#program = program;
    this.#step = step as Step;
    this.#options = options;
  }

  /**
   * Runs the step. Variables change in the session only; see {@link Program.store}.
   *
   * @throws {UntraceableError} {@link FrozenValueError} at the first call with inputs of new shapes
   * @throws RangeError for inputs that are not as defined
   */
  async run(values: InputValues<Inputs>): Promise<Readonly<Record<Output, OutputValue>>> {
    const specs = specsOf(this.#options.inputs, values);
    const feeds = Object.entries(specs).map(([name, spec]) =>
      feedOf(name, spec, values[name] as TypedArray | number),
    );
    return this.#program.exclusively(async () => {
      const compiled = await this.#find(specs).catch(this.#explain);
      await this.#recheck(compiled).catch(this.#explain);
      const results = await this.#program.execute({
        feeds: feeds.map(({ name, value }) => ({
          ...value,
          output: compiled.inputs[name] as OutputRef,
        })),
        fetches: compiled.outputs.map(([, ref]) => ref),
        targets: compiled.targets,
      });
      return named(compiled, results);
    });
  }

  /** Compiles the step for inputs of given shapes, where that has not been done. */
  async compile(specs: Readonly<Record<string, InputSpec>>): Promise<void> {
    await this.#program.exclusively(async () => this.#find(specs).catch(this.#explain));
  }

  async #find(specs: Readonly<Record<string, InputSpec>>): Promise<Compiled> {
    const key = JSON.stringify(specs);
    const known = this.#compiled.get(key);
    if (known) return known;
    const first = await this.#rehearse(specs);
    const compiled = this.#trace(specs);
    assertSame(first, compiled.recording);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  async #rehearse(specs: Readonly<Record<string, InputSpec>>): Promise<Recording> {
    const { recording, isKeeping } = await rehearse(this.#program, this.#step, specs);
    this.#isKeeping ||= isKeeping;
    return recording;
  }

  #trace(specs: Readonly<Record<string, InputSpec>>): Compiled {
    const { tf, builder } = this.#program;
    const reads = new Map<Variable, OutputRef>();
    const handleOf = (variable: Variable): OutputRef => this.#program.device(variable).handle;
    const trace = traceAgain(tf, this.#step, {
      builder,
      inputs: specs,
      hold: this.#program.holdById,
      read: (variable) => {
        const dtype = TYPE_NUMBERS[variable.dtype as DType];
        const ref = addRead(builder, handleOf(variable), dtype);
        reads.set(variable, ref);
        return ref;
      },
    });
    const targets = [...trace.updates].map(([variable, { ref }]) => {
      const read = reads.get(variable);
      return addAssign(builder, {
        handle: handleOf(variable),
        value: ref,
        dtype: TYPE_NUMBERS[variable.dtype as DType],
        after: read ? [read] : [],
      });
    });
    const { inputs, recording } = trace;
    // TensorFlow does not give back what it is given.
    const given = new Set(Object.values(inputs));
    const identity = (ref: OutputRef): OutputRef =>
      builder.addOne({ type: 'Identity', inputs: [ref], attributes: [] }).ref;
    const outputs = Object.entries(trace.outputs).map(
      ([name, { ref }]) => [name, given.has(ref) ? identity(ref) : ref] as const,
    );
    return { specs, inputs, outputs, targets, recording };
  }

  /** What a trace has kept is gone by the next one. */
  readonly #explain = (error: unknown): never => {
    if (!this.#isKeeping || error instanceof FoldwiseError) throw error;
    const reason = 'keeps a tensor that it takes later (tf.keep, a stateful layer); use a variable';
    throw new UntraceableError('the step', reason, { cause: error });
  };

  async #recheck({ specs, recording }: Compiled): Promise<void> {
    this.#calls += 1;
    const isEarly = this.#calls > 1 && Number.isInteger(Math.log2(this.#calls));
    const isDue = isEarly || this.#calls % RECHECK_EVERY === 0;
    if (this.#options.isRechecked === false || !(isDue || this.#isSuspect)) return;
    // Until it is again what it was.
    this.#isSuspect = true;
    assertSame(recording, await this.#rehearse(specs));
    this.#isSuspect = false;
  }
}

/** Traces a step that has made its variables. */
function traceAgain(tf: TensorFlow, step: Step, options: Omit<TraceOptions, 'created'>): Trace {
  const created = new Map<Variable, Source>();
  try {
    const trace = traceStep(tf, step, { ...options, created });
    if (created.size > 0) throw new UntraceableError('the step', MAKES_VARIABLES);
    return trace;
  } finally {
    tf.dispose([...created.keys()]);
  }
}

function named<Output extends string>(
  { outputs }: Compiled,
  results: readonly HostTensor[],
): Record<Output, OutputValue> {
  const entries = outputs.map(([name], index) => {
    const value = results[index] as HostTensor;
    return [name, { shape: value.shape, values: valuesOf(value) }] as const;
  });
  return Object.fromEntries(entries) as Record<Output, OutputValue>;
}
