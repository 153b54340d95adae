import { asError } from '../../../shared/errors.ts';
import { type AddedOutput, type GraphBuilder, isRepeated } from './graph-builder.ts';
import { type Binding, INT64, toHostTensor } from './host-tensor.ts';
import type { HostTensor, NativeAttribute, OutputRef } from './native.ts';
import { readTensor, sizeBytesOf } from './read-tensor.ts';
import { constantName, record, type RecordedOperation } from './recording.ts';
import { UntraceableError } from './trace-error.ts';

type TensorMetadata = ReturnType<Binding['executeOp']>[number];
type OpAttributes = Parameters<Binding['executeOp']>[1];

/** Where in the graph a tensor comes from, and its name in a recording. */
export interface Source {
  readonly ref: OutputRef;
  readonly name: string;
}

/** Captured tensors above this size are held by the session, not written into the graph. */
const LARGEST_CONSTANT_BYTES = 2 ** 16;
/** Reads its indices to check their bounds only, which TensorFlow does as well. */
const CHECKS_BOUNDS = 'GatherV2';
/** Outputs that are for the gradient op alone, which takes them as they are. */
const OPAQUE_OUTPUTS: ReadonlySet<string> = new Set(['FusedBatchNormV3:5']);
/** tfjs deletes by number from 0 on, and −1 stands for "not uploaded yet". */
const FIRST_SYMBOL = -2;

interface Output {
  readonly type: string;
  readonly output: AddedOutput;
  /** Number of the operation in the recording. */
  readonly index: number;
  readonly position: number;
}

export interface TraceBindingOptions {
  readonly real: Binding;
  readonly builder: GraphBuilder;
  /** Whether the step made a tensor of these values, rather than somebody before. */
  readonly isLocal: (values: unknown) => boolean;
  /** Keeps a large tensor with the session, for the graph to read. @param value - where known */
  readonly hold: (id: number, value?: HostTensor) => OutputRef;
  /** What tfjs is computing at the moment, for messages. */
  readonly currentKernel: () => string | undefined;
}

/**
 * Stands in for tfjs-node's native binding while a step runs: instead of computing, it adds each
 * op to a graph. Tensors that the graph will compute have negative numbers ("symbols"); shapes
 * come from TensorFlow's shape inference, values do not exist.
 */
export class TraceBinding {
  readonly recording: RecordedOperation[] = [];
  /** Why no graph can stand for the step; whatever became of it in the step. */
  failure: UntraceableError | undefined;
  readonly #options: TraceBindingOptions;
  readonly #symbols = new Map<number, () => Source>();
  readonly #constants = new Map<number, Source>();
  /** Values of tensors that the step made of numbers. */
  readonly #local = new Map<number, HostTensor>();
  #nextSymbol = FIRST_SYMBOL;

  constructor(options: TraceBindingOptions) {
    this.#options = options;
  }

  /** What takes the place of tfjs-node's binding. */
  asBinding(): Binding {
    const { real, isLocal } = this.#options;
    const refuse = (): never => this.#refuse('a saved model', 'runs inside it');
    const own: Partial<Binding> = {
      executeOp: this.#executeOp,
      createTensor: (shape: number[], dtype: number, values: ArrayLike<unknown>) => {
        const id = real.createTensor(shape, dtype, values as Float32Array);
        // An int64 is an attribute that tfjs passes as a tensor.
        if (isLocal(values) || dtype === INT64) {
          this.#local.set(
            id,
            this.#asConstant(() => copied(toHostTensor(dtype, shape, values))),
          );
        }
        return id;
      },
      deleteTensor: (id: number) => {
        // Its values may still be wanted in the graph.
        if (id >= 0) real.deleteTensor(id);
      },
      tensorDataSync: this.#read,
      loadSavedModel: refuse,
      runSavedModel: refuse,
    };
    // Assigning would fail: the real one's functions are read-only, and inherited.
    return Object.create(real, Object.getOwnPropertyDescriptors(own)) as Binding;
  }

  /** A number for a tensor of the graph, which is made when it is first used. */
  symbol(source: () => Source): number {
    const id = this.#nextSymbol--;
    let found: Source | undefined;
    this.#symbols.set(id, () => (found ??= source()));
    return id;
  }

  /** Where the tensor of that number comes from. */
  sourceOf(id: number): Source {
    const symbol = this.#symbols.get(id);
    if (symbol) return symbol();
    const known = this.#constants.get(id) ?? this.#captured(id);
    this.#constants.set(id, known);
    return known;
  }

  readonly #executeOp: Binding['executeOp'] = (type, attributes, ids, count) => {
    const inputs = ids.map((id) => this.sourceOf(id));
    const encoded = encodeAttributes(this.#options.real, attributes);
    const index = this.recording.length;
    this.recording.push(
      record(
        type,
        encoded,
        inputs.map(({ name }) => name),
      ),
    );
    const refs = inputs.map(({ ref }) => ref);
    return this.#add(type, refs, encoded)
      .slice(0, count)
      .map((output, position) => this.#describe({ type, output, index, position }));
  };

  #add(type: string, inputs: OutputRef[], attributes: NativeAttribute[]): readonly AddedOutput[] {
    try {
      if (this.#options.builder.definition(type).isStateful) {
        this.#refuse(type, 'keeps a state of its own that nothing could restore');
      }
      return this.#options.builder.add({ type, inputs, attributes });
    } catch (error) {
      if (error instanceof UntraceableError) throw error;
      return this.#refuse(type, `is not taken by TensorFlow: ${asError(error).message}`, error);
    }
  }

  #refuse(op: string, reason: string, cause?: unknown): never {
    const error = new UntraceableError(op, reason, { cause });
    this.failure ??= error;
    throw error;
  }

  #describe({ type, output, index, position }: Output): TensorMetadata {
    const { ref, dtype, shape } = output;
    const name = `output ${position} of ${type} (operation ${index})`;
    const id = this.symbol(() => ({ ref, name }));
    if (shape !== null && shape.every((side) => side >= 0)) return { id, shape: [...shape], dtype };
    if (OPAQUE_OUTPUTS.has(`${type}:${position}`)) return { id, shape: [0], dtype };
    return this.#refuse(type, 'gives a tensor whose shape depends on values');
  }

  #captured(id: number): Source {
    const { builder, real, hold } = this.#options;
    const local = this.#local.get(id);
    if (local) {
      const isSmall = local.bytes.length <= LARGEST_CONSTANT_BYTES || isRepeated(local);
      return {
        ref: isSmall ? builder.constant(local) : hold(id, local),
        name: constantName(local),
      };
    }
    if (sizeBytesOf(real, id) > LARGEST_CONSTANT_BYTES) {
      return { ref: hold(id), name: `tensor ${id} from outside` };
    }
    const value = this.#asConstant(() => readTensor(real, id));
    return { ref: builder.constant(value), name: constantName(value) };
  }

  #asConstant(tensor: () => HostTensor): HostTensor {
    try {
      return tensor();
    } catch (error) {
      return this.#refuse(this.#options.currentKernel() ?? 'the step', asError(error).message);
    }
  }

  readonly #read: Binding['tensorDataSync'] = (id) => {
    // What it comes to is compared from trace to trace.
    if (id >= 0) return this.#options.real.tensorDataSync(id);
    const kernel = this.#options.currentKernel();
    if (kernel === CHECKS_BOUNDS) return new Int32Array(0);
    return kernel === undefined
      ? this.#refuse('the step', 'reads the value of a tensor (data, dataSync, print, …)')
      : this.#refuse(kernel, 'decides by the value of a tensor');
  };
}

function encodeAttributes(binding: Binding, attributes: OpAttributes): NativeAttribute[] {
  const kinds = new Map([
    [binding.TF_ATTR_STRING, 'string'],
    [binding.TF_ATTR_INT, 'int'],
    [binding.TF_ATTR_FLOAT, 'float'],
    [binding.TF_ATTR_BOOL, 'bool'],
    [binding.TF_ATTR_TYPE, 'type'],
    [binding.TF_ATTR_SHAPE, 'shape'],
  ] as const);
  return attributes.map(({ name, type, value }) => {
    const kind = kinds.get(type);
    if (kind === undefined) throw new RangeError(`attribute ${name} is of an unknown kind`);
    return { name, kind, value } as NativeAttribute;
  });
}

/** The step may use its array for something else. */
const copied = (tensor: HostTensor): HostTensor => ({ ...tensor, bytes: tensor.bytes.slice() });
