import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import { ELEMENT_TYPE } from '../raw-op.ts';
import type { HostTensor } from './native.ts';

export type Binding = NodeJSKernelBackend['binding'];
export type TypedArray = Float32Array | Int32Array | Uint8Array;
/** For uint8, which tfjs has not, it takes a tensor to be one of int32. */
export type DType = 'float32' | 'int32' | 'bool' | 'uint8';

/** TensorFlow's number of each type of tfjs that a graph may take or give. */
export const TYPE_NUMBERS = {
  float32: ELEMENT_TYPE.float32,
  int32: ELEMENT_TYPE.int32,
  bool: 10,
  uint8: ELEMENT_TYPE.uint8,
} as const satisfies Record<DType, number>;

/** tfjs has no such tensors, but passes some attributes so. */
export const INT64 = 9;

/**
 * Values as tfjs keeps them until they are needed, as a tensor.
 *
 * @throws RangeError for text and complex numbers
 */
export function toHostTensor(
  dtype: number,
  shape: readonly number[],
  values: ArrayLike<unknown>,
): HostTensor {
  const numbers = values as ArrayLike<number>;
  return { dtype, shape: [...shape], bytes: bytesOf(typedArray(dtype, numbers)) };
}

function typedArray(dtype: number, values: ArrayLike<number>): TypedArray {
  switch (dtype) {
    case TYPE_NUMBERS.float32:
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case TYPE_NUMBERS.int32:
    // tfjs hands an int64 over as two int32, the lower first.
    case INT64:
      return values instanceof Int32Array ? values : Int32Array.from(values);
    case TYPE_NUMBERS.bool:
    case ELEMENT_TYPE.uint8:
      return values instanceof Uint8Array ? values : Uint8Array.from(values);
    default:
      throw new RangeError(`tensors of TensorFlow's type ${dtype} cannot be constants of a graph`);
  }
}

/** The bytes of a typed array, where they lie. */
export const bytesOf = (values: TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** The values of a tensor, where they lie. */
export function valuesOf({ dtype, bytes }: HostTensor): TypedArray {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (dtype) {
    case TYPE_NUMBERS.float32:
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case TYPE_NUMBERS.int32:
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    default:
      return bytes;
  }
}
