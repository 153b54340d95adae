import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EngineError } from '../../../shared/errors.ts';
import { GRAPH_FILE } from '../location.ts';

/** A graph under way, and its session once there is one. Freed with its JavaScript object. */
export interface NativeGraph {
  readonly kind: unique symbol;
}

/** Number of an operation in its graph, number of its output. */
export type OutputRef = readonly [operation: number, output: number];

/** A tensor in memory; `dtype` as in {@link ELEMENT_TYPE} of raw-op.ts. */
export interface HostTensor {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export type NativeAttribute = { readonly name: string } & (
  | { readonly kind: 'type' | 'int' | 'float'; readonly value: number | readonly number[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: HostTensor }
);

export interface NativeOperation {
  readonly type: string;
  /** Unique in the graph. */
  readonly name: string;
  /** One for each input of the op's definition; those that are lists as lists. */
  readonly inputs: readonly (OutputRef | readonly OutputRef[])[];
  /** What has to run before. */
  readonly control: readonly OutputRef[];
  /** Types that follow from the inputs may be left out. */
  readonly attributes: readonly NativeAttribute[];
}

export interface OutputInfo {
  readonly dtype: number;
  /** −1 for sides, and null for shapes, that only values decide. */
  readonly shape: readonly number[] | null;
}

export interface NativeRun {
  readonly feeds: readonly (HostTensor & { readonly output: OutputRef })[];
  readonly fetches: readonly OutputRef[];
  /** Run for their effects. */
  readonly targets: readonly OutputRef[];
  /** Records a timeline: TensorFlow's RunMetadata. */
  readonly isTraced?: boolean;
}

export interface NativeResult {
  /** Of the fetches. */
  readonly values: readonly HostTensor[];
  /** An encoded RunMetadata message, where one was asked for. */
  readonly metadata?: Uint8Array;
}

/** What graph.cc and session.cc offer. All throw TensorFlow's own words. */
export interface NativeGraphs {
  readonly createGraph: () => NativeGraph;
  /** The definition of an op, an encoded OpDef message. */
  readonly opDef: (graph: NativeGraph, type: string) => Uint8Array;
  /** Adds an operation, checks it and infers the shapes of its outputs. Operations count from 0. */
  readonly addOperation: (graph: NativeGraph, operation: NativeOperation) => OutputInfo[];
  /** Opens the graph's session. @param config - an encoded ConfigProto message */
  readonly open: (graph: NativeGraph, config: Uint8Array) => void;
  /** One at a time, on another thread. Operations may be added between two runs. */
  readonly run: (graph: NativeGraph, run: NativeRun) => Promise<NativeResult>;
  readonly close: (graph: NativeGraph) => void;
}

/** Loads the part of an engine that runs graphs. TensorFlow has to be loaded already. */
export function loadNativeGraphs(engineFolder: string): NativeGraphs {
  const file = path.join(engineFolder, GRAPH_FILE);
  if (!existsSync(file))
    throw new EngineError(`${file} is missing. Run "foldwise engine install".`);
  return createRequire(import.meta.url)(file) as NativeGraphs;
}
