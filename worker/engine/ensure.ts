import { installEngine, type InstallOptions } from './install.ts';
import { enginesFolder } from './location.ts';
import { describeAbsence } from './load.ts';
import type { Engine } from './record.ts';
import { findEngine } from './selection.ts';

/**
 * The selected engine, at once where it is there and whole; otherwise installs it first: the
 * kind that was selected before, the CPU wheel where none was.
 *
 * @throws {EngineError} when it cannot be installed, or the platform is not supported.
 */
export async function ensureEngine(options: InstallOptions): Promise<Engine> {
  const state = findEngine(options.engines ?? enginesFolder());
  if (state.kind === 'ready') return state.engine;
  options.onProgress(`${describeAbsence(state)}: installing it`);
  return installEngine(state.kind === 'none' ? { variant: 'cpu' } : state.request, options);
}
