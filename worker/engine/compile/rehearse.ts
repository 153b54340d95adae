import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
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
  /** What stands in the graph for values from outside, and how to get them. */
  const outside: { readonly output: OutputRef; readonly value: () => HostTensor }[] = [];
  const standIn = (like: Pick<HostTensor, 'dtype' | 'shape'>, value: () => HostTensor) => {
    const attributes = [
      { name: 'dtype', kind: 'type', value: like.dtype },
      { name: 'shape', kind: 'shape', value: like.shape },
    ] as const;
    const { ref } = builder.addOne({ type: 'Placeholder', inputs: [], attributes });
    outside.push({ output: ref, value });
    return ref;
  };
  try {
    const trace = traceStep(tf, step, {
      builder,
      inputs: specs,
      uploaded,
      hold: (id) => standIn(describeTensor(binding, id), () => readTensor(binding, id)),
      read: (variable) => {
        const dtype = TYPE_NUMBERS[variable.dtype as DType];
        const like = { dtype, shape: variable.shape };
        return standIn(like, () => toHostTensor(dtype, variable.shape, variable.dataSync()));
      },
    });
    const hasCreated = trace.created.size > 0;
    if (hasCreated) {
      native.open(builder.graph, encodeSessionConfig({}));
      const feeds = outside.map(({ output, value }) => ({ ...value(), output }));
      const fetches = [...trace.created.values()].map(({ ref }) => ref);
      const { values } = await native.run(builder.graph, { feeds, fetches, targets: [] });
      giveFirstValues(tf, trace, values);
    }
    return { recording: trace.recording, hasCreated };
  } finally {
    native.close(builder.graph);
  }
}

function giveFirstValues(
  tf: Program['tf'],
  { created }: Trace,
  values: readonly HostTensor[],
): void {
  for (const [index, variable] of [...created.keys()].entries()) {
    const { shape } = variable;
    const first: Tensor = tf.tensor(
      valuesOf(values[index] as HostTensor),
      shape,
      variable.dtype as DType,
    );
    (variable as Variable).assign(first);
    first.dispose();
  }
}
