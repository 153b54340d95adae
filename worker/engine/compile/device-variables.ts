import type { GraphBuilder } from './graph-builder.ts';
import type { HostTensor, OutputRef } from './native.ts';

/** A resource variable of the session, and the operations that reach it. */
export interface DeviceVariable {
  readonly handle: OutputRef;
  /** Takes a value to start from. */
  readonly placeholder: OutputRef;
  readonly initialise: OutputRef;
  /** Gives the value there is. */
  readonly current: OutputRef;
}

export type VariableShape = Pick<HostTensor, 'dtype' | 'shape'>;

/** Adds a variable to a graph. Its value lives in the session, on the session's device. */
export function addVariable(
  builder: GraphBuilder,
  name: string,
  { dtype, shape }: VariableShape,
): DeviceVariable {
  const attributes = [
    { name: 'dtype', kind: 'type', value: dtype },
    { name: 'shape', kind: 'shape', value: shape },
  ] as const;
  const { ref: handle } = builder.addOne({
    type: 'VarHandleOp',
    inputs: [],
    attributes: [...attributes, { name: 'shared_name', kind: 'string', value: name }],
  });
  const placeholder = builder.placeholder(dtype, shape);
  return {
    handle,
    placeholder,
    initialise: addAssign(builder, { handle, value: placeholder, dtype }),
    current: addRead(builder, handle, dtype),
  };
}

export function addRead(builder: GraphBuilder, handle: OutputRef, dtype: number): OutputRef {
  const attributes = [{ name: 'dtype', kind: 'type', value: dtype }] as const;
  return builder.addOne({ type: 'ReadVariableOp', inputs: [handle], attributes }).ref;
}

export interface Assignment {
  readonly handle: OutputRef;
  readonly value: OutputRef;
  readonly dtype: number;
  /** What has to have happened before. */
  readonly after?: readonly OutputRef[];
}

export function addAssign(
  builder: GraphBuilder,
  { handle, value, dtype, after = [] }: Assignment,
): OutputRef {
  return builder.addOne({
    type: 'AssignVariableOp',
    inputs: [handle, value],
    attributes: [{ name: 'dtype', kind: 'type', value: dtype }],
    control: after,
  }).ref;
}
