import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import { backendOf, idOf } from './backend.ts';
import { addVariable, type DeviceVariable } from './device-variables.ts';
import { GraphBuilder } from './graph-builder.ts';
import { type Binding, type DType, toHostTensor, TYPE_NUMBERS, valuesOf } from './host-tensor.ts';
import type { HostTensor, NativeGraphs, NativeRun, OutputRef } from './native.ts';
import { describeTensor, readTensor } from './read-tensor.ts';
import { encodeSessionConfig, type SessionOptions } from './session-config.ts';

/**
 * A graph with its session: all functions that are compiled into it share the variables, which
 * live in the session.
 */
export class Program {
  readonly tf: TensorFlow;
  readonly builder: GraphBuilder;
  readonly native: NativeGraphs;
  readonly #variables = new Map<Variable, DeviceVariable>();
  /** Captured tensors that are kept in the session, by their number in the native binding. */
  readonly #held = new Map<number, OutputRef>();
  readonly #unset: { readonly variable: DeviceVariable; readonly value: () => HostTensor }[] = [];
  /** While a step is traced, another takes its place in tfjs. */
  readonly #binding: Binding;
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(tf: TensorFlow, native: NativeGraphs, options: SessionOptions) {
    this.tf = tf;
    this.native = native;
    this.#binding = backendOf(tf).binding;
    this.builder = new GraphBuilder(native);
    native.open(this.builder.graph, encodeSessionConfig(options));
  }

  /** The variables in use, in the order they were first read or assigned. */
  get variables(): readonly Variable[] {
    return [...this.#variables.keys()];
  }

  /** The session's counterpart of a variable; made, and given the variable's value, when new. */
  device(variable: Variable): DeviceVariable {
    const known = this.#variables.get(variable);
    if (known) return known;
    const shape = { dtype: TYPE_NUMBERS[variable.dtype as DType], shape: variable.shape };
    const device = addVariable(this.builder, `variable_${this.#variables.size}`, shape);
    this.#variables.set(variable, device);
    this.#unset.push({ variable: device, value: () => hostValue(variable) });
    return device;
  }

  /** Keeps a tensor in the session for good. @param bytes - what it holds, to save reading it */
  hold(tensor: Tensor, bytes?: Uint8Array): void {
    this.holdById(idOf(backendOf(this.tf), tensor), bytes);
  }

  readonly holdById = (id: number, bytes?: Uint8Array): OutputRef => {
    const known = this.#held.get(id);
    if (known) return known;
    const { shape, dtype } = describeTensor(this.#binding, id);
    const device = addVariable(this.builder, `held_${this.#held.size}`, { dtype, shape });
    this.#held.set(id, device.current);
    const value = bytes ? { dtype, shape, bytes } : readTensor(this.#binding, id);
    this.#unset.push({ variable: device, value: () => value });
    return device.current;
  };

  /** Runs a part of the graph, after what was asked for before. */
  async run(run: NativeRun): Promise<readonly HostTensor[]> {
    const result = this.#queue.then(async () => {
      await this.#initialise();
      return this.native.run(this.builder.graph, run);
    });
    this.#queue = result.catch(() => undefined);
    return (await result).values;
  }

  async #initialise(): Promise<void> {
    for (const { variable, value } of this.#unset.splice(0)) {
      await this.native.run(this.builder.graph, {
        feeds: [{ ...value(), output: variable.placeholder }],
        fetches: [],
        targets: [variable.initialise],
      });
    }
  }

  /** Gives the session the values that the variables have in tfjs. */
  async load(variables: readonly Variable[] = this.variables): Promise<void> {
    const known = variables.filter((variable) => this.#variables.has(variable));
    const devices = known.map((variable) => this.device(variable));
    await this.run({
      feeds: devices.map(({ placeholder }, index) => ({
        ...hostValue(known[index] as Variable),
        output: placeholder,
      })),
      fetches: [],
      targets: devices.map(({ initialise }) => initialise),
    });
  }

  /** Gives the variables of tfjs the values that they have in the session. */
  async store(variables: readonly Variable[] = this.variables): Promise<void> {
    const known = variables.filter((variable) => this.#variables.has(variable));
    const fetches = known.map((variable) => this.device(variable).current);
    const values = await this.run({ feeds: [], fetches, targets: [] });
    for (const [index, variable] of known.entries()) {
      const value = values[index] as HostTensor;
      const tensor = this.tf.tensor(valuesOf(value), variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    }
  }

  /** Frees the session with all it holds. Nothing can be run afterwards. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#queue;
    this.native.close(this.builder.graph);
  }
}

function hostValue(variable: Variable): HostTensor {
  return toHostTensor(TYPE_NUMBERS[variable.dtype as DType], variable.shape, variable.dataSync());
}
