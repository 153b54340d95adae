import type { Variable } from '@tensorflow/tfjs-node-gpu';
import { backendOf } from './backend.ts';
import { GraphBuilder } from './graph-builder.ts';
import { type DType, toHostTensor, TYPE_NUMBERS, valuesOf } from './host-tensor.ts';
import type { HostTensor, OutputRef } from './native.ts';
import type { Program } from './program.ts';
import { describeTensor, readTensor } from './read-tensor.ts';
import type { Recording } from './recording.ts';
import { encodeSessionConfig } from './session-config.ts';
import { type InputSpec, type Step, type Trace, traceStep } from './trace.ts';
import { UntraceableError } from './trace-error.ts';

interface RehearsalOptions {
  readonly specs: Readonly<Record<string, InputSpec>>;
  readonly uploaded: Map<number, HostTensor>;
}

/** Optimizers make their slots at the first step; a step that goes on making some has no end. */
const MOST_REHEARSALS = 3;

/**
 * Traces a step into a graph that is thrown away, to see what it does. Variables that it makes when
 * it first runs, such as the slots of an optimizer, exist afterwards, with their first values.
 */
export async function rehearse(
  program: Program,
  step: Step,
  options: RehearsalOptions,
): Promise<Recording> {
  for (let count = 1; count <= MOST_REHEARSALS; count++) {
    const { recording, hasCreated } = await rehearseOnce(program, step, options);
    if (!hasCreated) return recording;
  }
  throw new UntraceableError('the step', 'makes new variables each time it runs');
}

async function rehearseOnce(
  { tf, native }: Program,
  step: Step,
  { specs, uploaded }: RehearsalOptions,
): Promise<{ readonly recording: Recording; readonly hasCreated: boolean }> {
  const builder = new GraphBuilder(native);
  const { binding } = backendOf(tf);
  const outside = new Outside(builder);
  try {
    const trace = traceStep(tf, step, {
      builder,
      inputs: specs,
      uploaded,
      hold: (id) => outside.standIn(describeTensor(binding, id), () => readTensor(binding, id)),
      read: (variable) => outside.standIn(typeOf(variable), () => firstValue(variable)),
    });
    const { recording, created } = trace;
    if (created.size > 0) {
      native.open(builder.graph, encodeSessionConfig({}));
      const fetches = [...created.values()].map(({ ref }) => ref);
      const run = { feeds: outside.feeds(), fetches, targets: [] };
      giveFirstValues(tf, trace, (await native.run(builder.graph, run)).values);
    }
    return { recording, hasCreated: created.size > 0 };
  } finally {
    native.close(builder.graph);
  }
}

const typeOf = ({ dtype, shape }: Variable) => ({ dtype: TYPE_NUMBERS[dtype as DType], shape });

function firstValue(variable: Variable): HostTensor {
  const { dtype, shape } = typeOf(variable);
  return toHostTensor(dtype, shape, variable.dataSync());
}

/** Values that a graph takes from outside, where there are no variables to hold them. */
class Outside {
  readonly #builder: GraphBuilder;
  readonly #values: { readonly output: OutputRef; readonly value: () => HostTensor }[] = [];

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  standIn(
    { dtype, shape }: Pick<HostTensor, 'dtype' | 'shape'>,
    value: () => HostTensor,
  ): OutputRef {
    const output = this.#builder.placeholder(dtype, shape);
    this.#values.push({ output, value });
    return output;
  }

  feeds(): readonly (HostTensor & { readonly output: OutputRef })[] {
    return this.#values.map(({ output, value }) => ({ ...value(), output }));
  }
}

function giveFirstValues(
  tf: Program['tf'],
  { created }: Trace,
  values: readonly HostTensor[],
): void {
  for (const [index, variable] of [...created.keys()].entries()) {
    const value = values[index];
    if (!value) throw new Error(`no first value for variable ${variable.name}`);
    const first = tf.tensor(valuesOf(value), variable.shape, variable.dtype);
    variable.assign(first);
    first.dispose();
  }
}
