// Loads the TypeScript beside it, for programs that do not load TypeScript themselves.
import { register } from 'tsx/esm/api';

register();
const engine = await import('./index.ts');

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
