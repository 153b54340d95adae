import { ELEMENT_TYPE } from '../raw-op.ts';
import { type Binding, toHostTensor, TYPE_NUMBERS } from './host-tensor.ts';
import { sizeOf } from './graph-builder.ts';
import type { HostTensor } from './native.ts';

/** Bytes that a tensor of the native binding takes, as far as sizes matter here. */
export function sizeBytesOf(binding: Binding, id: number): number {
  const { shape, dtype } = describeTensor(binding, id);
  const isByte = dtype === ELEMENT_TYPE.uint8 || dtype === TYPE_NUMBERS.bool;
  return sizeOf(shape) * (isByte ? 1 : 4);
}

/** Reads a tensor of the native binding, by its number. */
export function readTensor(binding: Binding, id: number): HostTensor {
  const { shape, dtype } = describeTensor(binding, id);
  if (dtype !== ELEMENT_TYPE.uint8) {
    return toHostTensor(dtype, shape, binding.tensorDataSync(id));
  }
  // The binding reads no bytes.
  const [wide] = binding.executeOp(
    'Cast',
    [
      { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: dtype },
      { name: 'DstT', type: binding.TF_ATTR_TYPE, value: TYPE_NUMBERS.int32 },
    ],
    [id],
    1,
  );
  if (!wide) throw new Error('Cast gave nothing');
  try {
    return toHostTensor(dtype, shape, binding.tensorDataSync(wide.id));
  } finally {
    binding.deleteTensor(wide.id);
  }
}

/** Shape and type of a tensor of the native binding, which tells those of outputs only. */
export function describeTensor(
  binding: Binding,
  id: number,
): { readonly shape: number[]; readonly dtype: number } {
  const [same] = binding.executeOp('Identity', [], [id], 1);
  if (!same) throw new Error('Identity gave nothing');
  binding.deleteTensor(same.id);
  return same;
}
