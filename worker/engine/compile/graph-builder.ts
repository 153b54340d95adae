import { ELEMENT_TYPE } from '../raw-op.ts';
import type {
  HostTensor,
  NativeAttribute,
  NativeGraph,
  NativeGraphs,
  OutputInfo,
  OutputRef,
} from './native.ts';
import { type OpDefinition, type OpDefinitions, opDefinitions } from './op-definitions.ts';

export interface NewOperation {
  readonly type: string;
  /** One after the other; how many belong to a list, the attributes say. */
  readonly inputs: readonly OutputRef[];
  readonly attributes: readonly NativeAttribute[];
  readonly control?: readonly OutputRef[];
}

export interface AddedOutput extends OutputInfo {
  readonly ref: OutputRef;
}

/** Constants at least this long that hold one value only are stored as that value. */
const SHORTEST_FILL = 16;

/** Builds a TensorFlow graph op by op. */
export class GraphBuilder {
  readonly graph: NativeGraph;
  readonly #native: NativeGraphs;
  readonly #definitions: OpDefinitions;
  #count = 0;

  constructor(native: NativeGraphs) {
    this.#native = native;
    this.graph = native.createGraph();
    this.#definitions = opDefinitions(native, this.graph);
  }

  definition(type: string): OpDefinition {
    return this.#definitions(type);
  }

  /** @throws Error in TensorFlow's words for an operation that it does not take */
  add({ type, inputs, attributes, control = [] }: NewOperation): readonly AddedOutput[] {
    const { inferred, inputs: definitions } = this.#definitions(type);
    const outputs = this.#native.addOperation(this.graph, {
      type,
      name: `${type}_${this.#count}`,
      inputs: grouped(inputs, definitions, attributes),
      control,
      attributes: attributes.filter(({ name }) => !inferred.has(name)),
    });
    const operation = this.#count++;
    return outputs.map((output, index) => ({ ...output, ref: [operation, index] as const }));
  }

  /** An operation with one output, or none. */
  addOne(operation: NewOperation): AddedOutput {
    const [output] = this.add(operation);
    return output ?? { dtype: 0, shape: null, ref: [this.#count - 1, 0] };
  }

  /** Something that each run has to be given. */
  placeholder(dtype: number, shape: readonly number[]): OutputRef {
    const attributes = [
      { name: 'dtype', kind: 'type', value: dtype },
      { name: 'shape', kind: 'shape', value: shape },
    ] as const;
    return this.addOne({ type: 'Placeholder', inputs: [], attributes }).ref;
  }

  constant(tensor: HostTensor): OutputRef {
    if (sizeOf(tensor.shape) < SHORTEST_FILL || !isRepeated(tensor)) return this.#constant(tensor);
    const dims = Int32Array.from(tensor.shape);
    const bytes = new Uint8Array(dims.buffer);
    const shape = this.#constant({ dtype: ELEMENT_TYPE.int32, shape: [dims.length], bytes });
    const value = this.#constant({
      ...tensor,
      shape: [],
      bytes: tensor.bytes.slice(0, numberBytesOf(tensor)),
    });
    return this.addOne({ type: 'Fill', inputs: [shape, value], attributes: [] }).ref;
  }

  #constant(value: HostTensor): OutputRef {
    const attributes = [
      { name: 'dtype', kind: 'type', value: value.dtype },
      { name: 'value', kind: 'tensor', value },
    ] as const;
    return this.addOne({ type: 'Const', inputs: [], attributes }).ref;
  }
}

/** Numbers in a tensor of that shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, side) => product * side, 1);

/** Bytes of one number. */
export const numberBytesOf = ({ bytes, shape }: HostTensor): number => bytes.length / sizeOf(shape);

/** Whether all its numbers are the same. */
export function isRepeated(tensor: HostTensor): boolean {
  const { buffer, byteOffset, byteLength } = tensor.bytes;
  if (sizeOf(tensor.shape) < 2) return true;
  const period = numberBytesOf(tensor);
  // Each number equals the one before it: a comparison of bytes that overlap, at memory's speed.
  const rest = byteLength - period;
  const but = (start: number): Buffer => Buffer.from(buffer, byteOffset + start, rest);
  return but(0).equals(but(period));
}

/** Eager ops take all inputs in one row; in a graph, each list stays together. */
function grouped(
  inputs: readonly OutputRef[],
  definitions: OpDefinition['inputs'],
  attributes: readonly NativeAttribute[],
): (OutputRef | readonly OutputRef[])[] {
  const waiting = [...inputs];
  const others = definitions.filter(({ isList }) => !isList).length;
  return definitions.flatMap(({ isList, numberAttr }): (OutputRef | readonly OutputRef[])[] => {
    if (!isList) return waiting.splice(0, 1);
    const length = attributes.find(({ name }) => name === numberAttr)?.value;
    const rest = inputs.length - others;
    return [waiting.splice(0, typeof length === 'number' ? length : rest)];
  });
}
