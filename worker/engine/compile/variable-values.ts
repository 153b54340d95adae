import type { Variable } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../load.ts';
import { type DType, toHostTensor, TYPE_NUMBERS, valuesOf } from './host-tensor.ts';
import type { HostTensor } from './native.ts';

/** What TensorFlow needs to know of a variable of tfjs. */
export const typeOf = ({ dtype, shape }: Variable): Omit<HostTensor, 'bytes'> => ({
  dtype: TYPE_NUMBERS[dtype as DType],
  shape,
});

/** The value that a variable has in tfjs. */
export function valueOf(variable: Variable): HostTensor {
  const { dtype, shape } = typeOf(variable);
  return toHostTensor(dtype, shape, variable.dataSync());
}

/** Gives a variable of tfjs a value. */
export function giveValue(tf: TensorFlow, variable: Variable, value: HostTensor): void {
  const tensor = tf.tensor(valuesOf(value), variable.shape, variable.dtype);
  variable.assign(tensor);
  tensor.dispose();
}
