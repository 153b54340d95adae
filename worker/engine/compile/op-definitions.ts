import protobuf from 'protobufjs';
import type { NativeGraph, NativeGraphs } from './native.ts';

/** An input as op_def.proto has it: a tensor, or a list of them where an attribute tells its length. */
export interface OpInput {
  readonly isList: boolean;
  /** Names the attribute that holds the length of the list. */
  readonly numberAttr: string;
}

export interface OpDefinition {
  readonly inputs: readonly OpInput[];
  /** Names of the attributes that TensorFlow finds by looking at the inputs. */
  readonly inferred: ReadonlySet<string>;
  readonly isStateful: boolean;
}

/** Looks up the definitions of TensorFlow's ops, each once. */
export type OpDefinitions = (type: string) => OpDefinition;

/** The fields of tensorflow/core/framework/op_def.proto that are read here. */
const SCHEMA = `
  syntax = "proto3";
  message OpDef {
    message ArgDef {
      string type_attr = 4;
      string number_attr = 5;
      string type_list_attr = 6;
    }
    repeated ArgDef input_arg = 2;
    bool is_stateful = 17;
  }`;

interface DecodedOpDef {
  readonly inputArg: readonly { typeAttr: string; numberAttr: string; typeListAttr: string }[];
  readonly isStateful: boolean;
}

/** @returns a function that throws TensorFlow's message for an op it does not know */
export function opDefinitions(native: NativeGraphs, graph: NativeGraph): OpDefinitions {
  const message = protobuf.parse(SCHEMA).root.lookupType('OpDef');
  const known = new Map<string, OpDefinition>();
  return (type) => {
    const found = known.get(type) ?? describe(message, native.opDef(graph, type));
    known.set(type, found);
    return found;
  };
}

function describe(message: protobuf.Type, bytes: Uint8Array): OpDefinition {
  const definition = message.decode(bytes) as unknown as DecodedOpDef;
  const inputs = definition.inputArg.map(({ numberAttr, typeListAttr }) => ({
    isList: numberAttr !== '' || typeListAttr !== '',
    numberAttr,
  }));
  const names = definition.inputArg.flatMap((input) => [
    input.typeAttr,
    input.numberAttr,
    input.typeListAttr,
  ]);
  return { inputs, inferred: new Set(names), isStateful: definition.isStateful };
}
