import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { CallOptions, Layer } from './layer.ts';
import type { TensorFlow } from './load.ts';
import { dropout, randomNormal, randomUniform } from './ops.ts';
import type { RandomSource } from './random-source.ts';

/**
 * Layers that draw at random in training. tfjs draws from a hidden generator, or the same numbers
 * at each step; here the seed of the step decides.
 */

interface NoiseLayer extends Layer {
  /** Of Dropout and its kin. */
  readonly rate: number;
  /** Of GaussianNoise. */
  readonly stddev: number;
  readonly noiseShape?: readonly number[] | null;
  readonly getNoiseShape?: (x: Tensor) => number[] | null | undefined;
}

type NoisePass = (x: Tensor, options: CallOptions) => Tensor;

/** The training pass of a layer that draws at random; undefined for others. */
export function noisePass(tf: TensorFlow, layer: Layer): NoisePass | undefined {
  const noisy = layer as NoiseLayer;
  switch (layer.getClassName()) {
    case 'Dropout':
    case 'SpatialDropout1D':
      return whereActive(noisy, (x, random) => {
        return dropout(tf, x, noisy.rate, random.next(), noisy.getNoiseShape?.(x) ?? x.shape);
      });
    case 'GaussianDropout':
      return whereActive(noisy, (x, random) => {
        const deviation = Math.sqrt(noisy.rate / (1 - noisy.rate));
        const noise = randomNormal(tf, x.shape, random.next());
        return tf.mul(x, tf.add(tf.mul(noise, deviation), 1));
      });
    case 'AlphaDropout':
      return whereActive(noisy, (x, random) => alphaDropout(tf, noisy, x, random));
    case 'GaussianNoise':
      return (x, options) => {
        const noise = randomNormal(tf, x.shape, sourceOf(layer, options).next());
        return tf.add(x, tf.mul(noise, noisy.stddev));
      };
    default:
      return undefined;
  }
}

/** As tfjs does, a rate of 0 or 1 drops nothing. */
function whereActive(
  layer: NoiseLayer,
  pass: (x: Tensor, random: RandomSource) => Tensor,
): NoisePass {
  return (x, options) => {
    const random = sourceOf(layer, options);
    return layer.rate > 0 && layer.rate < 1 ? pass(x, random) : x.clone();
  };
}

function sourceOf({ name }: Layer, { random }: CallOptions): RandomSource {
  if (random) return random;
  throw new RangeError(`layer ${name} needs a source of seeds to train`);
}

const ALPHA = 1.6732632423543772848170429916717;
const SCALE = 1.0507009873554804934193349852946;

/**
 * Dropout that keeps mean and variance of self-normalising networks (Klambauer et al.,
 * "Self-Normalizing Neural Networks", NeurIPS 2017). tfjs gets a sign wrong, and so the mean.
 */
function alphaDropout(
  tf: TensorFlow,
  { rate, noiseShape }: NoiseLayer,
  x: Tensor,
  random: RandomSource,
): Tensor {
  const saturation = -ALPHA * SCALE;
  const drawn = randomUniform(tf, noiseShape ?? x.shape, random.next());
  const kept = tf.cast(tf.greaterEqual(drawn, rate), 'float32');
  const slope = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const offset = -slope * saturation * rate;
  const masked = tf.add(tf.mul(x, kept), tf.mul(tf.sub(1, kept), saturation));
  return tf.add(tf.mul(masked, slope), offset);
}
