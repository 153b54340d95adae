import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import { EngineError } from '../../../shared/errors.ts';
import type { TensorFlow } from '../load.ts';
import type { Binding } from './host-tensor.ts';

/** A tensor as the native binding knows it. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The parts of tfjs-node's backend, private ones among them, that tracing stands on. */
export interface Backend {
  /** All that tfjs-node computes goes through here. */
  binding: Binding;
  /** Makes a tensor of what the binding has computed. */
  createOutputTensor(metadata: TensorMetadata): Tensor;
  /** Numbers of tensors, uploaded where that was put off. */
  getInputTensorIds(tensors: readonly Pick<Tensor, 'dataId'>[]): number[];
  readSync(dataId: unknown): unknown;
}

/** @throws {EngineError} when tfjs computes without TensorFlow */
export function backendOf(tf: TensorFlow): Backend {
  const backend = tf.backend() as NodeJSKernelBackend as unknown as Partial<Backend>;
  if (backend.binding !== undefined) return backend as Backend;
  throw new EngineError(
    `tfjs computes with its backend "${tf.getBackend()}", which runs no graphs. ` +
      'Call tf.setBackend("tensorflow") before compiling.',
  );
}

export function idOf(backend: Backend, tensor: Pick<Tensor, 'dataId'>): number {
  const [id] = backend.getInputTensorIds([tensor]);
  if (id === undefined) throw new Error('tfjs gave a tensor no number');
  return id;
}
