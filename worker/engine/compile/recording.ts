import { createHash } from 'node:crypto';
import { isRepeated, numberBytesOf } from './graph-builder.ts';
import type { HostTensor, NativeAttribute } from './native.ts';
import { FrozenValueError } from './trace-error.ts';

/** One operation, or effect, of a trace, in a form that two traces of the same step share. */
export interface RecordedOperation {
  readonly type: string;
  readonly attributes: string;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
}

/** What a step did, operation by operation. */
export type Recording = readonly RecordedOperation[];

/** Names a constant by what it holds. */
export function constantName(tensor: HostTensor): string {
  const { dtype, shape, bytes } = tensor;
  return `constant [${shape.join(', ')}] ${dtype} ${isRepeated(tensor) ? repeated(tensor) : digest(bytes)}`;
}

/** Much faster for large ones, which are often all zero or one. */
const repeated = (tensor: HostTensor): string =>
  `all ${Buffer.from(tensor.bytes.subarray(0, numberBytesOf(tensor))).toString('hex')}`;

const digest = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('base64url');

export function record(
  type: string,
  attributes: readonly NativeAttribute[],
  inputs: readonly string[],
): RecordedOperation {
  return { type, attributes: JSON.stringify(attributes), inputs };
}

/** @throws {FrozenValueError} unless the same step did the same twice, naming the difference */
export function assertSame(first: Recording, second: Recording): void {
  for (const [index, one] of first.entries()) {
    const other = second[index];
    if (other?.type !== one.type) {
      throw new FrozenValueError(
        `the second time it ran, ${other?.type ?? 'nothing'} came where ${one.type} had been`,
      );
    }
    if (other.attributes !== one.attributes) {
      throw new FrozenValueError(
        `it runs ${one.type} with ${one.attributes} and then with ${other.attributes}`,
      );
    }
    compareInputs(one, other);
  }
  const [more] = second.slice(first.length);
  if (more)
    throw new FrozenValueError(
      `the second time it ran, ${more.type} came after all that it had done`,
    );
}

function compareInputs(one: RecordedOperation, other: RecordedOperation): void {
  for (const [position, name] of one.inputs.entries()) {
    const now = other.inputs[position] ?? 'nothing';
    if (now === name) continue;
    const isConstant = name.startsWith('constant') && now.startsWith('constant');
    const shape = /\[.*?\]/.exec(name)?.[0] ?? '';
    const what = isConstant
      ? `made a tensor of shape ${shape} in JavaScript whose values differ`
      : `took ${name} and then ${now}`;
    throw new FrozenValueError(`between two runs, it ${what}, as input ${position} of ${one.type}`);
  }
}
