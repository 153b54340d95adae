import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EngineError } from '../../shared/errors.ts';

/** TensorFlow of the wheels pinned in requirements-cpu.txt and requirements-gpu.txt. */
export const TENSORFLOW_VERSION = '2.21.0';

const PACKAGE = '@tensorflow/tfjs-node-gpu';

export interface TfjsPackage {
  readonly version: string;
  /** Holds package.json, binding/ and dist/. */
  readonly folder: string;
}

/** Finds the npm package that the binding is built from and that drives it. */
export function findTfjsPackage(): TfjsPackage {
  const manifest = resolveManifest();
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { version, folder: path.dirname(manifest) };
}

function resolveManifest(): string {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  } catch (error) {
    throw new EngineError(`The npm package ${PACKAGE} is not installed. Run "npm ci" first.`, {
      cause: error,
    });
  }
}
