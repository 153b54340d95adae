import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { addAssign, addRead } from './device-variables.ts';
import { bytesOf, type DType, type TypedArray, TYPE_NUMBERS, valuesOf } from './host-tensor.ts';
import type { HostTensor, OutputRef } from './native.ts';
import type { Program } from './program.ts';
import { assertSame, type Recording } from './recording.ts';
import { rehearse } from './rehearse.ts';
import { type InputSpec, type Step, traceStep } from './trace.ts';

/** What an input looks like; null stands for a side that may change from call to call. */
export interface InputDefinition {
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
}

export type InputDefinitions = Readonly<Record<string, InputDefinition>>;

/** What a call takes: the numbers of each input, row by row. */
export type InputValues<Inputs extends InputDefinitions> = {
  readonly [Name in keyof Inputs]: TypedArray | number;
};

/** What a call gives. */
export interface OutputValue {
  readonly shape: readonly number[];
  readonly values: TypedArray;
}

export interface FunctionOptions<Inputs extends InputDefinitions> {
  readonly inputs: Inputs;
  /**
   * Whether to trace the step again at the 2nd, 4th, 8th … call, and refuse to go on where it has
   * become another: a number changed outside, say. Takes milliseconds each time.
   */
  readonly isRechecked?: boolean;
}

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

  constructor(
    program: Program,
    step: (inputs: { readonly [Name in keyof Inputs]: Tensor }) => Readonly<Record<Output, Tensor>>,
    options: FunctionOptions<Inputs>,
  ) {
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
    const compiled = await this.compile(specs);
    await this.#recheck(compiled);
    const results = await this.#program.run({
      feeds: Object.entries(compiled.inputs).map(([name, output]) =>
        feed(output, specs[name] as InputSpec, values[name] as TypedArray | number),
      ),
      fetches: compiled.outputs.map(([, ref]) => ref),
      targets: compiled.targets,
    });
    const named = compiled.outputs.map(([name], index) => {
      const value = results[index] as HostTensor;
      return [name, { shape: value.shape, values: valuesOf(value) }];
    });
    return Object.fromEntries(named) as Record<Output, OutputValue>;
  }

  /** Compiles the step for inputs of given shapes, where that has not been done. */
  async compile(specs: Readonly<Record<string, InputSpec>>): Promise<Compiled> {
    const key = JSON.stringify(specs);
    const known = this.#compiled.get(key);
    if (known) return known;
    const uploaded = new Map<number, HostTensor>();
    const first = await rehearse(this.#program, this.#step, { specs, uploaded });
    const compiled = this.#trace(specs, uploaded);
    assertSame(first, compiled.recording);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #trace(specs: Readonly<Record<string, InputSpec>>, uploaded: Map<number, HostTensor>): Compiled {
    const { tf, builder } = this.#program;
    const reads = new Map<Variable, OutputRef>();
    const handleOf = (variable: Variable): OutputRef => this.#program.device(variable).handle;
    const trace = traceStep(tf, this.#step, {
      builder,
      inputs: specs,
      uploaded,
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
    const outputs = Object.entries(trace.outputs).map(([name, { ref }]) => [name, ref] as const);
    const { inputs, recording } = trace;
    return { specs, inputs, outputs, targets, recording };
  }

  async #recheck({ specs, recording }: Compiled): Promise<void> {
    this.#calls += 1;
    const isDue = this.#calls > 1 && Number.isInteger(Math.log2(this.#calls));
    if (!isDue || this.#options.isRechecked === false) return;
    assertSame(
      recording,
      await rehearse(this.#program, this.#step, { specs, uploaded: new Map() }),
    );
  }
}

function specsOf<Inputs extends InputDefinitions>(
  definitions: Inputs,
  values: InputValues<Inputs>,
): Record<string, InputSpec> {
  const specs = Object.entries(definitions).map(([name, { shape, dtype }]) => {
    const value = values[name];
    const size = typeof value === 'number' ? 1 : value?.length;
    const fixed = shape.reduce<number>((product, side) => product * (side ?? 1), 1);
    const open = (size ?? NaN) / fixed;
    const isFit = shape.includes(null) ? Number.isInteger(open) : open === 1;
    if (!isFit) {
      throw new RangeError(
        `input ${name}: expected ${dtype} [${shape.map((side) => side ?? 'any').join(', ')}], ` +
          `got ${size ?? 'no'} numbers`,
      );
    }
    return [name, { shape: shape.map((side) => side ?? open), dtype }] as const;
  });
  return Object.fromEntries(specs);
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function feed(output: OutputRef, { shape, dtype }: InputSpec, value: TypedArray | number) {
  const values = typeof value === 'number' ? ARRAYS[dtype].of(value) : value;
  if (!(values instanceof ARRAYS[dtype])) {
    throw new RangeError(`expected a ${ARRAYS[dtype].name} for ${dtype} numbers`);
  }
  return { output, dtype: TYPE_NUMBERS[dtype], shape, bytes: bytesOf(values) };
}
