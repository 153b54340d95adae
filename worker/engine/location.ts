import path from 'node:path';
import { sourcesDigest } from './native-sources.ts';
import { cacheFolder, type EnvironmentVariables } from '../../shared/cache-folder.ts';

/**
 * Where engines live: `FOLDWISE_CACHE`, else the per-user cache, and in it
 *
 *     engines/selected.json            which engine is in use
 *     engines/<key>/engine.json        what it is made of; written last
 *     engines/<key>/tfjs_binding.node, graph.node, quiet.node, with CUDA also cuda.node
 *     engines/<key>/wheel/tensorflow/  the library (absent with a library of the user's own)
 *     engines/<key>.partial-…/         an installation under way, or the rest of a killed one
 */

export type EngineVariant = 'cpu' | 'gpu' | 'custom';

/** Which engine to install: one of the pinned wheels, or a library of the user's own. */
export type EngineRequest =
  { readonly variant: 'cpu' | 'gpu' } | { readonly libtensorflow: string };

export type { EnvironmentVariables };

export const BINDING_FILE = 'tfjs_binding.node';
/** Builds graphs and runs them. */
export const GRAPH_FILE = 'graph.node';
/** Keeps the greetings of the library off the terminal. */
export const QUIET_FILE = 'quiet.node';
/** Asks for CUDA libraries and the driver; in GPU engines only. */
export const CUDA_FILE = 'cuda.node';
export const WHEEL_FOLDER = 'wheel';
/** In names of folders that are no finished engines. */
export const PARTIAL_MARK = '.partial-';

export function enginesFolder(environment: EnvironmentVariables = process.env): string {
  return path.join(cacheFolder(environment), 'engines');
}

export interface EngineParts {
  readonly variant: EngineVariant;
  readonly tfjs: string;
  /** Version of the TensorFlow wheel; with a library of the user's own, its identity. */
  readonly tensorflow: string;
  readonly platform: string;
  readonly arch: string;
}

/** Name of the folder of an engine: engines of other parts never share it. */
export function engineKey({ variant, tfjs, tensorflow, platform, arch }: EngineParts): string {
  return `tfjs-node-gpu-${tfjs}-tensorflow-${tensorflow}-${variant}-${platform}-${arch}-napi8-${sourcesDigest()}`;
}
