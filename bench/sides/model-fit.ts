/**
 * The other side in tfjs: the same network of stock layers, trained by `model.fit` on the same
 * engine. node --import tsx model-fit.ts FOLDER COUNT. The images lie there as standardised floats before
 * a clock starts. Its Adam knows no weight decay, which is work that it is spared.
 */
import type { Sequential, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../../worker/engine/load.ts';
import { pixelNormalisation } from '../../worker/trainer/normalisation.ts';
import type { DatasetPart } from '../../shared/domain.ts';
import type { Command } from '../side.ts';
import { CLASS_COUNT, readBytes, runSide } from './answer.ts';

interface Examples {
  readonly images: Tensor4D;
  readonly labels: Tensor2D;
}

function createModel(tf: TensorFlow): Sequential {
  const { layers } = tf;
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, padding: 'same' }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 64, kernelSize: 3 }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 600 }),
      layers.dropout({ rate: 0.25 }),
      layers.dense({ units: 120 }),
      layers.dense({ units: CLASS_COUNT, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  return model;
}

const [folder = '', count = ''] = process.argv.slice(2);

await runSide((tf) => {
  const examples = examplesOf(tf, readBytes(folder), Number(count));
  const model = createModel(tf);
  return async (command: Command) => {
    if (command.do !== 'train') throw new Error(`${command.do} is not for this side`);
    const images = examples.images.slice(0, command.images);
    const labels = examples.labels.slice(0, command.images);
    await model.fit(images, labels, { batchSize: command.batch, epochs: 1, verbose: 0 });
    tf.dispose([images, labels]);
  };
});

function examplesOf(tf: TensorFlow, part: DatasetPart, size: number): Examples {
  const pixels = part.pixels.subarray(0, size * 28 * 28);
  const labels = Int32Array.from(part.labels.subarray(0, size));
  const indices = Int32Array.from({ length: size }, (_, index) => index);
  const { mean, std } = pixelNormalisation(pixels, 28 * 28, indices);
  return tf.tidy(() => {
    const images = tf.tensor4d(Float32Array.from(pixels), [size, 28, 28, 1]);
    return {
      images: images.sub(mean).div<Tensor4D>(std),
      labels: tf.oneHot(tf.tensor1d(labels, 'int32'), CLASS_COUNT).toFloat() as Tensor2D,
    };
  });
}
