// Loads the TypeScript beside it, for programs that do not load TypeScript themselves, by tsx and for
// these files alone (docs/decisions/loading-typescript.md).
import { fileURLToPath } from 'node:url';

// Without it, the loader would run what others may have put into a cache under /tmp.
process.env['TSX_DISABLE_CACHE'] ??= '1';
const { tsImport } = await import('tsx/esm/api');

/** @type {unknown} */
const loaded = await tsImport('./index.ts', {
  parentURL: import.meta.url,
  tsconfig: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
});
const engine = /** @type {typeof import('./index.ts')} */ (loaded);

export const {
  compile,
  createProgram,
  dropout,
  FrozenValueError,
  installEngine,
  loadTensorFlow,
  randomUniform,
  threadEnvironment,
  UntraceableError,
} = engine;
