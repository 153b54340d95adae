import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import { type Backend, backendOf, idOf } from './backend.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { type DType, TYPE_NUMBERS } from './host-tensor.ts';
import type { HostTensor, OutputRef } from './native.ts';
import { record, type Recording } from './recording.ts';
import { override } from './override.ts';
import { type Source, TraceBinding } from './trace-binding.ts';
import { UntraceableError } from './trace-error.ts';
import { watchKernels } from './watch-kernels.ts';
import { watchValues } from './watch-values.ts';
import { nameOf, withStandIns } from './stand-ins.ts';

export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A step as a function of tensors by name. */
export type Step = (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>;

export interface TraceOptions {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly builder: GraphBuilder;
  readonly hold: (id: number, value?: HostTensor) => OutputRef;
  /** Adds an operation that reads a variable before the step changes it. */
  readonly read: (variable: Variable) => OutputRef;
  /**
   * Is given the variables that the step makes, with the values they begin with: even of a step
   * that fails, since they hold symbols until they get these values.
   */
  readonly created: Map<Variable, Source>;
}

export interface Trace {
  /** Placeholders, by the names of the inputs. */
  readonly inputs: Readonly<Record<string, OutputRef>>;
  readonly outputs: Readonly<Record<string, Source>>;
  /** Variables that the step has given new values. */
  readonly updates: ReadonlyMap<Variable, Source>;
  /** The same, and those that it has made and then given new values. */
  readonly changed: ReadonlySet<Variable>;
  readonly recording: Recording;
  /** Whether the step has kept tensors that it does not return. They are gone. */
  readonly isKeeping: boolean;
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
  const values = watchValues(backend);
  const { isLocal } = values;
  const binding = new TraceBinding({ ...options, real, currentKernel: kernels.current, isLocal });
  const sourceOf = (tensor: Tensor): Source => binding.sourceOf(idOf(backend, tensor));
  backend.binding = binding.asBinding();
  try {
    return withStandIns(tf, { ...options, backend, binding }, (standIns) => {
      const { placeholders, tensors } = addInputs(backend, binding, options);
      const outputs = checkedOutputs(tf, step(tensors));
      if (binding.failure) throw binding.failure;
      const returned = new Set(outputs.map(([, tensor]) => tensor));
      const sources = outputs.map(([name, tensor]) => [name, sourceOf(tensor)] as const);
      const updates = standIns.updates(sourceOf);
      const recording = [...binding.recording, ...recordEffects(sources, updates)];
      return {
        inputs: placeholders,
        outputs: Object.fromEntries(sources),
        updates,
        changed: new Set([...updates.keys(), ...standIns.moved(sourceOf)]),
        recording,
        isKeeping: kept.left(backend).some((tensor) => !returned.has(tensor)),
      };
    });
  } catch (error) {
    // What the step makes of it is of less use.
    throw binding.failure ?? error;
  } finally {
    kept.dispose(backend);
    backend.binding = real;
    values.stop();
    kernels.stop();
  }
}

function recordEffects(
  outputs: readonly (readonly [name: string, source: Source])[],
  updates: ReadonlyMap<Variable, Source>,
): Recording {
  return [
    ...outputs.map(([name, source]) => record(`output ${name}`, [], [source.name])),
    ...[...updates].map(([variable, source]) =>
      record(`assignment to ${nameOf(variable)}`, [], [source.name]),
    ),
  ];
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
function collectKept(tf: TensorFlow) {
  const kept = new Set<Tensor>();
  const stop = override(tf.engine(), 'keep', (keep) => (tensor) => {
    kept.add(tensor as Tensor);
    return keep(tensor);
  });
  const left = (backend: Backend): readonly Tensor[] =>
    [...kept].filter((tensor) => !tensor.isDisposed && idOf(backend, tensor) < 0);
  const dispose = (backend: Backend): void => {
    stop();
    tf.dispose([...left(backend)]);
  };
  return { left, dispose };
}

function checkedOutputs(tf: TensorFlow, outputs: unknown): (readonly [string, Tensor])[] {
  if (outputs instanceof Promise) {
    outputs.catch(() => undefined);
    throw new UntraceableError('the step', 'is asynchronous; it must do all its work at once');
  }
  if (outputs instanceof tf.Tensor) {
    throw new UntraceableError('the step', 'returns a tensor; it must return tensors by name');
  }
  return Object.entries(outputs ?? {}).map(([name, tensor]: [string, unknown]) => {
    if (!(tensor instanceof tf.Tensor)) {
      throw new UntraceableError('the step', `returns ${name}, which is no tensor`);
    }
    if (tensor.isDisposed) {
      throw new UntraceableError('the step', `returns ${name}, which it has disposed of`);
    }
    if (!Object.hasOwn(TYPE_NUMBERS, tensor.dtype)) {
      throw new UntraceableError('the step', `returns ${name}, a tensor of type ${tensor.dtype}`);
    }
    return [name, tensor];
  });
}
