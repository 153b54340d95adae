import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../shared/errors.ts';
import type { TensorFlowLibrary } from './library.ts';
import { BINDING_FILE, CUDA_FILE, GRAPH_FILE, QUIET_FILE } from './location.ts';
import { graphSources } from './native-sources.ts';
import { lastLines, runTool } from './tool.ts';
import { findTfjsPackage } from './versions.ts';
import { missing } from './wheel.ts';

export interface Build {
  readonly library: TensorFlowLibrary;
  /** Where the binding looks for the library: absolute, or from `$ORIGIN`, its own folder. */
  readonly runPath: string;
  /** The folder that receives the binding. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** For loops over many numbers; nothing here reads `errno` or floating-point exceptions. */
const LOOPS = ['-O3', '-fno-math-errno', '-fno-trapping-math'];

/**
 * Compiles tfjs-node's binding, and what runs graphs, against a TensorFlow library. Both use the
 * stable Node-API, so that one binary serves every version of Node.
 */
export async function buildBinding({ library, runPath, folder, signal }: Build): Promise<void> {
  const sources = path.join(findTfjsPackage().folder, 'binding');
  const linking = [
    ...['-I', library.include, `-L${library.folder}`],
    ...library.names.map((name) => `-l:${name}`),
    ...['-Xlinker', '-rpath', '-Xlinker', runPath],
  ];
  await compile(
    [
      path.join(sources, 'tfjs_backend.cc'),
      path.join(sources, 'tfjs_binding.cc'),
      ...['-o', path.join(folder, BINDING_FILE), ...linking],
    ],
    signal,
  );
  await compile(
    [...graphSources(), ...LOOPS, '-o', path.join(folder, GRAPH_FILE), ...linking],
    signal,
  );
  const quiet = fileURLToPath(new URL('./quiet.cc', import.meta.url));
  await compile([quiet, '-ldl', '-o', path.join(folder, QUIET_FILE)], signal);
}

/** Compiles what asks for CUDA libraries, into the folder of a GPU engine. */
export async function buildCudaProbe(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = fileURLToPath(new URL('./cuda/cuda.cc', import.meta.url));
  await compile([source, '-ldl', '-o', path.join(folder, CUDA_FILE)], signal);
}

/** Before hundreds of megabytes are fetched in vain. @throws {EngineError} without a compiler */
export async function assertCompiler(signal: AbortSignal | undefined): Promise<void> {
  const { kind } = await runTool({ file: 'g++', args: ['--version'], signal });
  if (kind === 'missing') throw new EngineError(missing('g++', 'g++'));
}

async function compile(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const result = await runTool({
    file: 'g++',
    args: [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
      ...['-isystem', nodeHeaders(), ...args],
    ],
    signal,
  });
  if (result.kind === 'missing') throw new EngineError(missing('g++', 'g++'));
  if (result.exitCode === 0) return;
  throw new EngineError(
    `g++ could not build the TensorFlow binding:\n${lastLines(result.stderr, 12)}`,
  );
}

/** The headers of the running Node where it brings them, else those of the npm package. */
export function nodeHeaders(executable: string = process.execPath): string {
  const own = path.join(path.dirname(executable), '..', 'include', 'node');
  if (existsSync(path.join(own, 'node_api.h'))) return own;
  const manifest = createRequire(import.meta.url).resolve('node-api-headers/package.json');
  return path.join(path.dirname(manifest), 'include');
}
