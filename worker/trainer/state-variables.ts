import type { LayersModel, Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import type { Adam } from './optimizer.ts';
import type { StateVariable, StateVariableType } from './training-state.ts';

/** A variable of the training, by a name that is the same in every process. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: Variable;
}

/**
 * Every variable that training changes: the model's weights and running statistics in its order,
 * then the moments of each parameter, under its name. (tfjs' own names count what a process made.)
 */
export function stateVariables(model: LayersModel, adam: Adam): NamedVariable[] {
  const weights = model.weights.map((weight) => ({
    name: `model/${weight.originalName}`,
    variable: weight.read() as Variable,
  }));
  const moments = model.trainableWeights.flatMap(({ originalName }, index) => {
    const slot = adam.slots[index];
    if (!slot) throw new RangeError(`Adam has no moments of ${originalName}`);
    return [
      { name: `adam/first/${originalName}`, variable: slot.first },
      { name: `adam/second/${originalName}`, variable: slot.second },
    ];
  });
  return [...weights, ...moments];
}

/** What a variable is, without its numbers. */
export function describeVariable({ name, variable }: NamedVariable): StateVariableType {
  const { dtype, shape } = variable;
  if (dtype !== 'float32' && dtype !== 'int32') {
    throw new RangeError(`${name} is of type ${dtype}, which a training state does not hold`);
  }
  return { name, dtype, shape };
}

/** The numbers that variables hold in tfjs, copied. */
export function readVariables(variables: readonly NamedVariable[]): StateVariable[] {
  return variables.map((named) => {
    const { variable } = named;
    const { name, dtype, shape } = describeVariable(named);
    // tfjs may give the array that it goes on using itself.
    return dtype === 'float32'
      ? { name, dtype, shape, values: variable.dataSync<'float32'>().slice() }
      : { name, dtype, shape, values: variable.dataSync<'int32'>().slice() };
  });
}

/** Gives variables in tfjs the numbers of a state that has been checked (check-state.ts). */
export function restoreVariables(
  tf: TensorFlow,
  variables: readonly NamedVariable[],
  saved: readonly StateVariable[],
): void {
  for (const [index, { name, variable }] of variables.entries()) {
    const found = saved[index];
    if (found?.name !== name) throw new RangeError(`the state has no ${name}`);
    const tensor = tf.tensor(found.values, [...found.shape], found.dtype);
    variable.assign(tensor);
    tensor.dispose();
  }
}
