/**
 * TensorFlow for Node, and the compiled step: `foldwise/engine`, of use without the rest of
 * Foldwise (docs/compiled-step.md).
 */
export { loadTensorFlow, type TensorFlow } from './load.ts';
export { threadEnvironment } from './environment.ts';
export { installEngine } from './install.ts';
export { randomUniform, dropout } from './ops.ts';
export {
  compile,
  type CompiledStep,
  type CompileOptions,
  createProgram,
  FrozenValueError,
  type InputDefinition,
  type InputValues,
  type OutputValue,
  type Program,
  UntraceableError,
} from './compile/index.ts';
