import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import { type Backend, backendOf, idOf } from './backend.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { type DType, TYPE_NUMBERS } from './host-tensor.ts';
import type { HostTensor, OutputRef } from './native.ts';
import type { Recording } from './recording.ts';
import { override } from './override.ts';
import { type Source, TraceBinding } from './trace-binding.ts';
import { UntraceableError } from './trace-error.ts';
import { watchKernels } from './watch-kernels.ts';
import { withStandIns } from './stand-ins.ts';

export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A step as a function of tensors by name. */
export type Step = (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

export interface TraceOptions {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly builder: GraphBuilder;
  readonly uploaded: Map<number, HostTensor>;
  readonly hold: (id: number) => OutputRef;
  /** Adds an operation that reads a variable before the step changes it. */
  readonly read: (variable: Variable) => OutputRef;
}

export interface Trace {
  /** Placeholders, by the names of the inputs. */
  readonly inputs: Readonly<Record<string, OutputRef>>;
  readonly outputs: Readonly<Record<string, Source>>;
  /** Variables that the step has given new values. */
  readonly updates: ReadonlyMap<Variable, Source>;
  /** Variables that the step has made, with the values they began with. */
  readonly created: ReadonlyMap<Variable, Source>;
  readonly recording: Recording;
}

/**
 * Runs a step once without computing anything: each op it would have run is added to a graph.
 * Variables are as they were afterwards.
 *
 * @throws {UntraceableError} for a step that no graph can stand for
 */
export function traceStep(tf: TensorFlow, step: Step, options: TraceOptions): Trace {
  const backend = backendOf(tf);
  const { binding: real } = backend;
  const kernels = watchKernels(tf);
  const kept = collectKept(tf);
  const binding = new TraceBinding({ ...options, real, currentKernel: kernels.current });
  const sourceOf = (tensor: Tensor): Source => binding.sourceOf(idOf(backend, tensor));
  backend.binding = binding.asBinding();
  try {
    return withStandIns(tf, { backend, binding, read: options.read }, ({ updates, created }) => {
      const { placeholders, tensors } = addInputs(backend, binding, options);
      const outputs = checked(step(tensors));
      const sources = Object.entries(outputs).map(([name, tensor]) => [name, sourceOf(tensor)]);
      return {
        inputs: placeholders,
        outputs: Object.fromEntries(sources) as Record<string, Source>,
        updates: updates(sourceOf),
        created,
        recording: binding.recording,
      };
    });
  } finally {
    kept.dispose(backend);
    backend.binding = real;
    kernels.stop();
  }
}

function addInputs(backend: Backend, binding: TraceBinding, { inputs, builder }: TraceOptions) {
  const placeholders: Record<string, OutputRef> = {};
  const tensors: Record<string, Tensor> = {};
  for (const [name, { shape, dtype }] of Object.entries(inputs)) {
    const ref = builder.placeholder(TYPE_NUMBERS[dtype], shape);
    placeholders[name] = ref;
    const id = binding.symbol(() => ({ ref, name: `input ${name}` }));
    tensors[name] = backend.createOutputTensor({
      id,
      shape: [...shape],
      dtype: TYPE_NUMBERS[dtype],
    });
  }
  return { placeholders, tensors };
}

/** Tensors that the step keeps outlive it; those of the graph are of no use to anybody then. */
function collectKept(tf: TensorFlow): { readonly dispose: (backend: Backend) => void } {
  const kept: Tensor[] = [];
  const stop = override(tf.engine(), 'keep', (keep) => (tensor) => {
    kept.push(tensor as Tensor);
    return keep(tensor);
  });
  return {
    dispose: (backend) => {
      stop();
      for (const tensor of kept) {
        if (!tensor.isDisposed && idOf(backend, tensor) < 0) tensor.dispose();
      }
    },
  };
}

function checked(outputs: unknown): Readonly<Record<string, Tensor>> {
  if (outputs instanceof Promise) {
    outputs.catch(() => undefined);
    throw new UntraceableError('the step', 'is asynchronous; it must do all its work at once');
  }
  return (outputs ?? {}) as Readonly<Record<string, Tensor>>;
}
