import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import { FoldwiseError } from '../../../shared/errors.ts';
import type { TensorFlow } from '../load.ts';
import { backendOf, idOf } from './backend.ts';
import { addVariable, type DeviceVariable } from './device-variables.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Binding } from './host-tensor.ts';
import type { HostTensor, NativeGraphs, NativeRun, OutputRef } from './native.ts';
import { describeTensor, readTensor } from './read-tensor.ts';
import { encodeSessionConfig, type SessionOptions } from './session-config.ts';
import { giveValue, typeOf, valueOf } from './variable-values.ts';

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
  #closing: Promise<void> | undefined;

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
    const name = `variable_${this.#variables.size}`;
    const device = addVariable(this.builder, name, typeOf(variable));
    this.#variables.set(variable, device);
    this.#unset.push({ variable: device, value: () => valueOf(variable) });
    return device;
  }

  /** What a variable holds now: in the session if it is there. Like {@link Program.execute}. */
  async valueNow(variable: Variable): Promise<HostTensor> {
    const device = this.#variables.get(variable);
    if (!device) return valueOf(variable);
    const [value] = await this.execute({ feeds: [], fetches: [device.current], targets: [] });
    return value ?? valueOf(variable);
  }

  /** Keeps a tensor in the session for good. @param bytes - what it holds, to save reading it */
  hold(tensor: Tensor, bytes?: Uint8Array): void {
    const id = idOf(backendOf(this.tf), tensor);
    this.holdById(id, bytes && { ...describeTensor(this.#binding, id), bytes });
  }

  readonly holdById = (id: number, known?: HostTensor): OutputRef => {
    const held = this.#held.get(id);
    if (held) return held;
    const value = known ?? readTensor(this.#binding, id);
    const device = addVariable(this.builder, `held_${this.#held.size}`, value);
    this.#held.set(id, device.current);
    this.#unset.push({ variable: device, value: () => value });
    return device.current;
  };

  /**
   * Does something with the graph alone, after all that was asked for before.
   *
   * @throws FoldwiseError after {@link Program.close}
   */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new FoldwiseError('The compiled step has been closed already');
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Runs a part of the graph. For those who have it to themselves: {@link Program.exclusively}. */
  async execute(run: NativeRun): Promise<readonly HostTensor[]> {
    await this.#initialise();
    if (run.fetches.length + run.targets.length === 0) return [];
    return (await this.native.run(this.builder.graph, run)).values;
  }

  async #initialise(): Promise<void> {
    for (let next = this.#unset[0]; next; next = this.#unset[0]) {
      const { variable, value } = next;
      await this.native.run(this.builder.graph, {
        feeds: [{ ...value(), output: variable.placeholder }],
        fetches: [],
        targets: [variable.initialise],
      });
      this.#unset.shift();
    }
  }

  /** Gives the session the values that the variables have in tfjs. */
  async load(variables?: readonly Variable[]): Promise<void> {
    await this.exclusively(async () => {
      const known = this.#known(variables);
      await this.execute({
        feeds: known.map(({ variable, device }) => ({
          ...valueOf(variable),
          output: device.placeholder,
        })),
        fetches: [],
        targets: known.map(({ device }) => device.initialise),
      });
    });
  }

  /** Gives the variables of tfjs the values that they have in the session. */
  async store(variables?: readonly Variable[]): Promise<void> {
    await this.exclusively(async () => {
      const known = this.#known(variables);
      const fetches = known.map(({ device }) => device.current);
      const values = await this.execute({ feeds: [], fetches, targets: [] });
      for (const [index, { variable }] of known.entries()) {
        giveValue(this.tf, variable, values[index] as HostTensor);
      }
    });
  }

  /** Those that are in use; others have no values here. */
  #known(variables = this.variables) {
    return variables.flatMap((variable) => {
      const device = this.#variables.get(variable);
      return device && !variable.isDisposed ? [{ variable, device }] : [];
    });
  }

  /** Frees the session with all it holds, once it is idle. Nothing can be run afterwards. */
  async close(): Promise<void> {
    this.#closing ??= this.#queue.then(() => this.native.close(this.builder.graph));
    await this.#closing;
  }
}
