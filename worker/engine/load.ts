import { createRequire } from 'node:module';
import type * as Tfjs from '@tensorflow/tfjs-node-gpu';
import path from 'node:path';
import { asError, EngineError } from '../../shared/errors.ts';
import { loadNativeGraphs } from './compile/native.ts';
import { DEFAULT_ENVIRONMENT } from './environment.ts';
import { avoidStridedPointFilters } from './point-filters.ts';
import { withoutChatter } from './quiet.ts';
import type { Engine } from './record.ts';
import { type EngineState, findEngine } from './selection.ts';
import { provideUtilFunctions, withBinding } from './shims.ts';
import { findTfjsPackage } from './versions.ts';

export { threadEnvironment } from './environment.ts';

export type TensorFlow = typeof Tfjs;

/** What trains: recorded with every attempt. */
export interface EngineDescription {
  readonly variant: Engine['variant'];
  /** e.g. "tfjs-node-gpu 4.22.0 cpu". */
  readonly engine: string;
  /** What the library itself says, e.g. "2.21.0". */
  readonly tensorflow: string;
  readonly folder: string;
}

/**
 * Loads the selected engine into this process. Threads come from the environment
 * ({@link threadEnvironment}); a second call gives the same module.
 *
 * @throws {EngineError} when no whole engine is selected, or it does not load.
 */
export function loadTensorFlow(): TensorFlow {
  return loadEngine(selectedEngine());
}

/** Loads a given engine, selected or not. */
export function loadEngine(engine: Pick<Engine, 'binding' | 'folder'>): TensorFlow {
  for (const [name, value] of Object.entries(DEFAULT_ENVIRONMENT)) process.env[name] ??= value;
  provideUtilFunctions();
  const { folder } = findTfjsPackage();
  const load = createRequire(path.join(folder, 'package.json'));
  try {
    return withBinding(engine.binding, folder, () =>
      withoutChatter(engine.folder, () => {
        const tf = load(folder) as TensorFlow;
        // The ops of our own are known from here on.
        loadNativeGraphs(engine.folder);
        avoidStridedPointFilters(tf);
        return tf;
      }),
    );
  } catch (error) {
    throw new EngineError(
      `The TensorFlow engine in ${engine.folder} does not load: ${asError(error).message}. ` +
        'Run "foldwise doctor", or "foldwise engine install" after removing that folder.',
      { cause: error },
    );
  }
}

/** What the selected engine is, without loading it. @throws {EngineError} without one. */
export function describeEngine(): EngineDescription {
  const { variant, tfjs, tensorflow, folder } = selectedEngine();
  return { variant, engine: `tfjs-node-gpu ${tfjs} ${variant}`, tensorflow, folder };
}

function selectedEngine(): Engine {
  const state = findEngine();
  if (state.kind === 'ready') return state.engine;
  throw new EngineError(`${describeAbsence(state)}. Run "foldwise engine install".`);
}

/** Why no engine can be used, in words. */
export function describeAbsence(state: Exclude<EngineState, { kind: 'ready' }>): string {
  switch (state.kind) {
    case 'none':
      return 'No TensorFlow engine is installed';
    case 'outdated':
      return `The installed TensorFlow engine is outdated: ${state.reason}`;
    case 'broken':
      return `The installed TensorFlow engine is damaged: ${state.reason}`;
  }
}
