import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';

/** TensorFlow's element types (DataType of its types.proto), as far as they are used here. */
export const ELEMENT_TYPE = { float32: 1, int32: 3, uint8: 4 } as const;

/** Value of an attribute of a TensorFlow op, tagged by its kind. */
export type Attribute =
  | { readonly type: keyof typeof ELEMENT_TYPE }
  | { readonly float: number }
  | { readonly int: number }
  | { readonly bool: boolean }
  | { readonly text: string };

export interface RawOp {
  readonly inputs: readonly Tensor[];
  /** All of them, type attributes too: eager TensorFlow could infer those, a graph cannot. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/**
 * Runs one TensorFlow op that tfjs has no function for. Passes through the backend's
 * `executeMultipleOutputs` like all that tfjs computes, so a tracer sees it.
 *
 * @returns the op's `outputs` first outputs, for the caller or the enclosing tidy to dispose
 */
export function runOp(tf: TensorFlow, name: string, op: RawOp, outputs: number): Tensor[] {
  const backend = tf.backend() as NodeJSKernelBackend;
  const attributes = Object.entries(op.attributes).map(([attribute, value]) => ({
    name: attribute,
    ...encode(backend.binding, value),
  }));
  return backend.executeMultipleOutputs(name, attributes, [...op.inputs], outputs);
}

/** Runs one TensorFlow op that has a single output. */
export function runSingleOp(tf: TensorFlow, name: string, op: RawOp): Tensor {
  const [output] = runOp(tf, name, op, 1);
  if (!output) throw new Error(`TensorFlow op ${name} gave no output`);
  return output;
}

function encode(binding: NodeJSKernelBackend['binding'], value: Attribute) {
  if ('type' in value) return { type: binding.TF_ATTR_TYPE, value: ELEMENT_TYPE[value.type] };
  if ('float' in value) return { type: binding.TF_ATTR_FLOAT, value: value.float };
  if ('int' in value) return { type: binding.TF_ATTR_INT, value: value.int };
  if ('bool' in value) return { type: binding.TF_ATTR_BOOL, value: value.bool };
  return { type: binding.TF_ATTR_STRING, value: value.text };
}
