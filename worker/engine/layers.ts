import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from './load.ts';
import { batchNormalization, biasAdd, dropout, relu } from './ops.ts';

/**
 * Stock tfjs layers that are trained by fused ops. Class names, configuration, weights and the
 * inference pass stay stock, so a saved model is opened by plain tfjs; only `call` with
 * `training: true` is another.
 */

export type Layer = InstanceType<TensorFlow['layers']['Layer']>;

/** What the layers below read from the second argument of `apply`. */
export interface CallOptions {
  readonly training: boolean;
  /** int32 [2]; decides what dropout drops. */
  readonly seed?: Tensor1D;
}

type LayerConfig<Name extends 'conv2d' | 'batchNormalization' | 'dropout' | 'reLU'> = Parameters<
  TensorFlow['layers'][Name]
>[0];

/** Convolution by `conv2d` and `biasAdd`: unlike stock's fused one, it leaves out the gradient of the image. */
export function conv2dLayer(tf: TensorFlow, config: LayerConfig<'conv2d'>): Layer {
  const layer = tf.layers.conv2d(config);
  const { strides = 1, padding = 'valid' } = config;
  if (padding === 'causal') throw new RangeError('a causal convolution has one dimension');
  return trainedBy(layer, (x) => {
    const kernel = weight(layer, 'kernel').read() as Tensor4D;
    const convolved = tf.conv2d(x as Tensor4D, kernel, strides as [number, number], padding);
    return biasAdd(tf, convolved, weight(layer, 'bias').read() as Tensor1D);
  });
}

/**
 * Batch normalisation over the last axis. In training the running statistics keep `momentum` of
 * their old value; the running variance takes the batch's unbiased one, as PyTorch's does.
 */
export function batchNormalizationLayer(
  tf: TensorFlow,
  config: { readonly name: string; readonly momentum: number; readonly epsilon: number },
): Layer {
  const layer = tf.layers.batchNormalization(config);
  const move = (name: string, value: Tensor): void => {
    const running = weight(layer, name);
    const kept = tf.mul(running.read(), config.momentum);
    running.write(tf.add(kept, tf.mul(value, 1 - config.momentum)));
  };
  return trainedBy(layer, (x) =>
    batchNormalization(tf, {
      x: x as Tensor4D,
      gamma: weight(layer, 'gamma').read() as Tensor1D,
      beta: weight(layer, 'beta').read() as Tensor1D,
      epsilon: config.epsilon,
      onStatistics: ({ mean, variance }) => {
        move('moving_mean', mean);
        move('moving_variance', variance);
      },
    }),
  );
}

/** Rectified linear unit. */
export function reluLayer(tf: TensorFlow, config: { readonly name: string }): Layer {
  return trainedBy(tf.layers.reLU(config), (x) => relu(tf, x));
}

/** Dropout whose mask is decided by {@link CallOptions.seed}, not by a hidden generator. */
export function dropoutLayer(
  tf: TensorFlow,
  config: { readonly name: string; readonly rate: number },
): Layer {
  return trainedBy(tf.layers.dropout(config), (x, { seed }) => {
    if (!seed) throw new RangeError(`layer ${config.name} needs a seed to train`);
    return dropout(tf, x, config.rate, seed);
  });
}

type Pass = (x: Tensor, options: CallOptions) => Tensor;

function trainedBy(layer: Layer, train: Pass): Layer {
  const infer = layer.call.bind(layer);
  layer.call = (inputs, kwargs) => {
    if (kwargs['training'] !== true) return infer(inputs, kwargs);
    const [x] = Array.isArray(inputs) ? inputs : [inputs];
    if (!x) throw new RangeError(`layer ${layer.name} got no input`);
    return train(x, kwargs as CallOptions);
  };
  return layer;
}

/** The layer's weight of that name, e.g. "kernel". */
function weight(layer: Layer, name: string): Layer['weights'][number] {
  const found = layer.weights.find(({ originalName }) => originalName === `${layer.name}/${name}`);
  if (!found) throw new RangeError(`layer ${layer.name} has no weight "${name}"`);
  return found;
}
