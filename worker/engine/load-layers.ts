import { createRequire } from 'node:module';
import path from 'node:path';
import type { TensorFlow } from './load.ts';
import { findTfjsPackage } from './versions.ts';

/**
 * Loads the part of tfjs that knows layers, in plain JavaScript: it needs no engine, and is for
 * looking at models, not for running them. Not in a process that loads the engine, too.
 */
export function loadLayers(): TensorFlow {
  const load = createRequire(path.join(findTfjsPackage().folder, 'package.json'));
  const loadBeside = createRequire(load.resolve('@tensorflow/tfjs'));
  loadBeside('@tensorflow/tfjs-backend-cpu');
  return {
    ...(loadBeside('@tensorflow/tfjs-core') as object),
    ...(loadBeside('@tensorflow/tfjs-layers') as object),
  } as TensorFlow;
}
