import type { Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Binding } from './host-tensor.ts';
import type { HostTensor, NativeGraphs, OutputRef } from './native.ts';
import type { Program } from './program.ts';
import { describeTensor, readTensor } from './read-tensor.ts';
import { encodeSessionConfig } from './session-config.ts';
import type { Source } from './trace-binding.ts';
import { UntraceableError } from './trace-error.ts';
import { giveValue, typeOf } from './variable-values.ts';

/** Values that a graph takes from outside, where there are no variables to hold them. */
export class Outside {
  readonly #binding: Binding;
  readonly #builder: GraphBuilder;
  readonly #program: Pick<Program, 'valueNow'>;
  readonly #values: {
    readonly output: OutputRef;
    readonly value: () => HostTensor | Promise<HostTensor>;
  }[] = [];

  constructor(binding: Binding, builder: GraphBuilder, program: Pick<Program, 'valueNow'>) {
    this.#binding = binding;
    this.#builder = builder;
    this.#program = program;
  }

  readonly read = (variable: Variable): OutputRef =>
    this.#standIn(typeOf(variable), async () => this.#program.valueNow(variable));

  readonly hold = (id: number, value?: HostTensor): OutputRef =>
    value
      ? this.#standIn(value, () => value)
      : this.#standIn(describeTensor(this.#binding, id), () => readTensor(this.#binding, id));

  async feeds(): Promise<(HostTensor & { readonly output: OutputRef })[]> {
    const feeds = [];
    for (const { output, value } of this.#values) feeds.push({ ...(await value()), output });
    return feeds;
  }

  #standIn(
    { dtype, shape }: Omit<HostTensor, 'bytes'>,
    value: () => HostTensor | Promise<HostTensor>,
  ): OutputRef {
    const output = this.#builder.placeholder(dtype, shape);
    this.#values.push({ output, value });
    return output;
  }
}

interface Rehearsed {
  readonly native: NativeGraphs;
  readonly builder: GraphBuilder;
  readonly outside: Outside;
  /** Emptied. */
  readonly created: Map<Variable, Source>;
}

/**
 * Computes what the variables of a rehearsed step begin with, and gives it to them.
 *
 * @throws {UntraceableError} when that depends on the inputs of the step; they are disposed then
 */
export async function giveFirstValues(tf: TensorFlow, rehearsed: Rehearsed): Promise<void> {
  const { native, builder, outside, created } = rehearsed;
  if (created.size === 0) return;
  const variables = [...created.keys()];
  const fetches = [...created.values()].map(({ ref }) => ref);
  created.clear();
  try {
    native.open(builder.graph, encodeSessionConfig({}));
    const run = { feeds: await outside.feeds(), fetches, targets: [] };
    const { values } = await native.run(builder.graph, run);
    for (const [index, variable] of variables.entries()) {
      giveValue(tf, variable, values[index] as HostTensor);
    }
  } catch (error) {
    tf.dispose(variables);
    const names = variables.map(({ name }) => name).join(', ');
    const reason = `makes variables (${names}) whose first values depend on its inputs; make them before`;
    throw new UntraceableError('the step', reason, { cause: error });
  }
}
