import test from 'ava';
import type { Rank, Tensor } from '@tensorflow/tfjs-node-gpu';
import { DataError } from '../../../shared/errors.ts';
import { drawInitialWeights } from '../../../worker/trainer/initial-weights.ts';
import { createModel } from '../../../worker/trainer/model.ts';
import { createNetwork } from '../../../worker/trainer/network.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';

const options = {
  image: { height: 28, width: 28, channels: 1 },
  classCount: 10,
  dropout: 0.25,
  normalisation: { mean: 100, std: 50 },
};
const small = { ...options, image: { height: 9, width: 8, channels: 3 }, classCount: 4 };

function drawn(of: typeof options, key = { seed: 3, fold: 1 }) {
  const model = createModel(tf, of);
  drawInitialWeights(tf, model, key);
  return model;
}

const pixels = (of: typeof options, count: number) => {
  const { height, width, channels } = of.image;
  return tf.round(
    tf.randomUniform<Rank.R4>([count, height, width, channels], 0, 255, 'float32', 1),
  );
};
const values = (tensor: Tensor) => [...tensor.dataSync()];

test('the network has the layers and sizes of the paper', (t) => {
  const model = createModel(tf, options);
  t.deepEqual(
    model.layers.map((layer) => `${layer.name} ${String(layer.outputShape)}`),
    [
      'pixels ,28,28,1',
      'standardise ,28,28,1',
      'conv1 ,28,28,32',
      'batch_norm1 ,28,28,32',
      'relu1 ,28,28,32',
      'pool1 ,14,14,32',
      'conv2 ,12,12,64',
      'batch_norm2 ,12,12,64',
      'relu2 ,12,12,64',
      'pool2 ,6,6,64',
      'flatten ,2304',
      'dense1 ,600',
      'dropout ,600',
      'dense2 ,120',
      'logits ,10',
      'probabilities ,10',
    ],
  );
  t.is(model.countParams(), 320 + 128 + 18_496 + 256 + 1_383_000 + 72_120 + 1_210);
});

test('probabilities sum to one for raw pixels', (t) => {
  const sums = values((drawn(small).predict(pixels(small, 5)) as Tensor).sum(1));
  t.true(greatestDifference(sums, [1, 1, 1, 1, 1]) < 1e-6);
});

test('images that are too small for the network are refused', (t) => {
  const image = { height: 28, width: 7, channels: 1 };
  t.throws(() => createModel(tf, { ...options, image }), {
    instanceOf: DataError,
    message: /at least 8×8 pixels, got 28×7/,
  });
});

test('a model built later in the same process has the same configuration', (t) => {
  t.deepEqual(
    createModel(tf, small).toJSON(null, false),
    createModel(tf, small).toJSON(null, false),
  );
});

test('kernels and biases lie within ±1/√fan_in and fill that range', (t) => {
  const model = drawn(options);
  for (const [name, fanIn] of Object.entries({ conv1: 9, conv2: 288, dense1: 2304, dense2: 600 })) {
    const bound = 1 / Math.sqrt(fanIn);
    for (const weights of model.getLayer(name).getWeights().map(values)) {
      const greatest = Math.max(...weights.slice(0, 10_000).map(Math.abs));
      t.true(greatest <= Math.fround(bound) && greatest > 0.8 * bound, name);
    }
  }
});

test('batch normalisation starts with scale 1, offset 0, mean 0 and variance 1', (t) => {
  const weights = drawn(options).getLayer('batch_norm1').getWeights();
  t.deepEqual(
    weights.map((weight) => [...new Set(values(weight))]),
    [[1], [0], [0], [1]],
  );
});

test('initial weights depend on seed and fold alone', (t) => {
  const first = (key: { seed: number; fold: number }) =>
    values(drawn(small, key).getLayer('dense2').getWeights()[0]!).slice(0, 5);
  t.deepEqual(first({ seed: 3, fold: 1 }), first({ seed: 3, fold: 1 }));
  const all = [
    first({ seed: 3, fold: 1 }),
    first({ seed: 4, fold: 1 }),
    first({ seed: 3, fold: 2 }),
  ];
  t.is(new Set(all.map(String)).size, 3);
});

test('inference gives the logits of the model and leaves only them', async (t) => {
  const model = drawn(small);
  const x = pixels(small, 3);
  const wanted = values(model.predict(x) as Tensor);
  const { infer } = createNetwork(tf, model, 'it');
  t.is(await leftTensors(() => infer(x)), 1);
  t.true(greatestDifference(values(tf.softmax(infer(x))), wanted) < 1e-6);
});
