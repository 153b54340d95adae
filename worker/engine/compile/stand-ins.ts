import type { Tensor, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import { type Backend, idOf } from './backend.ts';
import { override } from './override.ts';
import { type DType, TYPE_NUMBERS } from './host-tensor.ts';
import type { OutputRef } from './native.ts';
import type { Source, TraceBinding } from './trace-binding.ts';

export interface StandIns {
  /** Variables with other values than in the beginning. */
  readonly updates: (sourceOf: (tensor: Tensor) => Source) => Map<Variable, Source>;
  /** Those among the variables made meanwhile that have other values than they were made with. */
  readonly moved: (sourceOf: (tensor: Tensor) => Source) => readonly Variable[];
}

/** Names a variable in a recording: another one may take its name. */
export const nameOf = ({ name, id }: Variable): string => `variable ${name} (${id})`;

interface Options {
  readonly backend: Backend;
  readonly binding: TraceBinding;
  readonly read: (variable: Variable) => OutputRef;
  /** Is given the variables made meanwhile, with the values they were made with. */
  readonly created: Map<Variable, Source>;
}

/**
 * Gives each variable of tfjs a symbol for its value while `work` runs: what is read of it becomes
 * part of the graph, what is assigned to it is seen afterwards. All get their own values back.
 */
export function withStandIns<T>(
  tf: TensorFlow,
  options: Options,
  work: (standIns: StandIns) => T,
): T {
  const engine = tf.engine();
  const variables = Object.values(engine.registeredVariables);
  const saved = variables.map((variable) => ({ variable, value: tf.keep(variable.clone()) }));
  const stop = override(engine, 'makeVariable', (make) => (...initial) => {
    const variable = make(...initial) as Variable;
    options.created.set(variable, options.binding.sourceOf(idOf(options.backend, variable)));
    return variable;
  });
  engine.startScope('trace');
  try {
    const begun = variables.filter(isNumeric).map((variable) => {
      variable.assign(standInFor(variable, options));
      return { variable, dataId: variable.dataId };
    });
    const updates: StandIns['updates'] = (sourceOf) => {
      const changed = begun.filter(({ variable, dataId }) => variable.dataId !== dataId);
      return new Map(changed.map(({ variable }) => [variable, sourceOf(variable)]));
    };
    const moved: StandIns['moved'] = (sourceOf) =>
      [...options.created]
        .filter(([variable, { name }]) => !variable.isDisposed && sourceOf(variable).name !== name)
        .map(([variable]) => variable);
    return work({ updates, moved });
  } finally {
    stop();
    for (const { variable, value } of saved) {
      if (!variable.isDisposed) variable.assign(value);
      value.dispose();
    }
    engine.endScope();
  }
}

/** No graph takes the others, so that steps cannot use them, but they may be there. */
const isNumeric = ({ dtype }: Variable): boolean => Object.hasOwn(TYPE_NUMBERS, dtype);

function standInFor(variable: Variable, { backend, binding, read }: Options): Tensor {
  return backend.createOutputTensor({
    id: binding.symbol(() => ({ ref: read(variable), name: nameOf(variable) })),
    shape: variable.shape,
    dtype: TYPE_NUMBERS[variable.dtype as DType],
  });
}
