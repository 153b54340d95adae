import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import { type Backend, idOf } from './backend.ts';
import { type DType, TYPE_NUMBERS } from './host-tensor.ts';
import type { OutputRef } from './native.ts';
import type { Source, TraceBinding } from './trace-binding.ts';

export interface StandIns {
  /** Variables with other values than in the beginning. */
  readonly updates: (sourceOf: (tensor: Tensor) => Source) => Map<Variable, Source>;
  /** Variables made meanwhile, with the values they were made with. */
  readonly created: () => Map<Variable, Source>;
}

interface Options {
  readonly backend: Backend;
  readonly binding: TraceBinding;
  readonly read: (variable: Variable) => OutputRef;
}

interface Patchable {
  makeVariable?: unknown;
}

/**
 * Gives each variable of tfjs a symbol for its value while `work` runs: what is read of it becomes
 * part of the graph, what is assigned to it is seen afterwards. All get their own values back.
 */
export function withStandIns<T>(
  tf: TensorFlow,
  { backend, binding, read }: Options,
  work: (standIns: StandIns) => T,
): T {
  const engine = tf.engine();
  const variables = Object.values(engine.registeredVariables);
  const created = new Map<Variable, Source>();
  const begun = new Map<Variable, Tensor['dataId']>();
  const saved = variables.map((variable) => ({ variable, value: tf.keep(variable.clone()) }));
  const { makeVariable } = engine;
  engine.startScope('trace');
  try {
    for (const variable of variables) {
      const source = (): Source => ({ ref: read(variable), name: `variable ${variable.name}` });
      const standIn = backend.createOutputTensor({
        id: binding.symbol(source),
        shape: variable.shape,
        dtype: TYPE_NUMBERS[variable.dtype as DType],
      });
      variable.assign(standIn);
      begun.set(variable, variable.dataId);
    }
    (engine as Patchable).makeVariable = (...initial: Parameters<typeof makeVariable>) => {
      const variable = makeVariable.apply(engine, initial);
      created.set(variable, binding.sourceOf(idOf(backend, variable)));
      return variable;
    };
    return work({
      updates: (sourceOf) =>
        new Map(
          [...begun]
            .filter(([variable, dataId]) => variable.dataId !== dataId)
            .map(([variable]) => [variable, sourceOf(variable)]),
        ),
      created: () => created,
    });
  } finally {
    delete (engine as Patchable).makeVariable;
    for (const { variable, value } of saved) {
      if (!variable.isDisposed) variable.assign(value);
      value.dispose();
    }
    engine.endScope();
  }
}
