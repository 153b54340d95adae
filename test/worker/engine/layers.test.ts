import test from 'ava';
import type { Rank, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../../../worker/engine/layer.ts';
import { trainFused } from '../../../worker/engine/layers.ts';
import { createRandomSource } from '../../../worker/engine/random-source.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';

const random = () => createRandomSource(tf, tf.tensor1d([1, 2], 'int32'));
const images = () => tf.randomNormal<Rank.R4>([6, 5, 4, 3], 2, 3, 'float32', 7);
const values = (tensor: Tensor) => [...tensor.dataSync()];
const weightOf = (layer: Layer, name: string) =>
  values(layer.weights.find(({ originalName }) => originalName.endsWith(`/${name}`))!.read());

const layers = () => ({
  conv: trainFused(
    tf,
    tf.layers.conv2d({ name: 'conv', filters: 2, kernelSize: 3, padding: 'same' }),
  ),
  norm: trainFused(
    tf,
    tf.layers.batchNormalization({ name: 'norm', momentum: 0.9, epsilon: 1e-5 }),
  ),
  relu: trainFused(tf, tf.layers.reLU({ name: 'relu' })),
  drop: trainFused(tf, tf.layers.dropout({ name: 'drop', rate: 0.5 })),
});

test('the layers keep stock names and configurations', (t) => {
  const { conv, norm, relu, drop } = layers();
  const stock = [
    tf.layers.conv2d({ name: 'conv', filters: 2, kernelSize: 3, padding: 'same' }),
    tf.layers.batchNormalization({ name: 'norm', momentum: 0.9, epsilon: 1e-5 }),
    tf.layers.reLU({ name: 'relu' }),
    tf.layers.dropout({ name: 'drop', rate: 0.5 }),
  ];
  for (const [index, layer] of [conv, norm, relu, drop].entries()) {
    t.is(layer.getClassName(), stock[index]!.getClassName());
    t.deepEqual(layer.getConfig(), stock[index]!.getConfig());
  }
});

test('without training, the layers compute what stock layers compute', (t) => {
  const stack = tf.sequential();
  stack.add(tf.layers.inputLayer({ inputShape: [5, 4, 3] }));
  for (const layer of Object.values(layers())) stack.add(layer);
  const stock = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', inputShape: [5, 4, 3] }),
      tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }),
      tf.layers.reLU(),
      tf.layers.dropout({ rate: 0.5 }),
    ],
  });
  stock.setWeights(stack.getWeights());
  const x = images();
  t.deepEqual(values(stack.predict(x) as Tensor), values(stock.predict(x) as Tensor));
});

test('batch normalisation keeps 0.9 of its old statistics and takes the unbiased variance', (t) => {
  const { norm } = layers();
  const x = images();
  norm.apply(x, { training: true });
  norm.apply(x, { training: true });
  const count = 6 * 5 * 4;
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const unbiased = values(variance).map((value) => (value * count) / (count - 1));
  const wantedMean = values(mean).map((value) => value * 0.1 * (1 + 0.9));
  const wantedVariance = unbiased.map((value) => 0.81 + value * 0.1 * (1 + 0.9));
  t.true(greatestDifference(weightOf(norm, 'moving_mean'), wantedMean) < 1e-5);
  t.true(greatestDifference(weightOf(norm, 'moving_variance'), wantedVariance) < 1e-5);
});

test('a convolution trains as the stock one does', (t) => {
  const { conv } = layers();
  const x = images();
  conv.apply(x);
  const variables = conv.trainableWeights.map(
    (weight) => weight.read() as ReturnType<typeof tf.variable>,
  );
  const train = (options: object) => {
    const f = () => tf.sum(tf.square(conv.apply(x, options) as Tensor)).asScalar();
    const { value, grads } = tf.variableGrads(f, variables);
    return [value, ...variables.map(({ name }) => grads[name]!)].flatMap(values);
  };
  const stock = train({});
  const fused = train({ training: true });
  t.true(fused.every((value, index) => Math.abs(value / stock[index]! - 1) < 1e-4));
});

test('relu and dropout take part in training', (t) => {
  const { relu, drop } = layers();
  const x = tf.tensor2d([[-1, 0, 1, 2, 3, 4, 5, 6]]);
  t.deepEqual(values(relu.apply(x, { training: true }) as Tensor), [0, 0, 1, 2, 3, 4, 5, 6]);
  const dropped = values(drop.apply(x, { training: true, random: random() }) as Tensor);
  t.true(dropped.every((value, index) => value === 0 || value === 2 * x.dataSync()[index]!));
  t.true(dropped.filter((value) => value !== 0).length < 8);
  t.deepEqual(values(drop.apply(x, { training: false }) as Tensor), values(x));
});

test('dropout does not train without a source of seeds', (t) => {
  const { drop } = layers();
  t.throws(() => drop.apply(tf.ones([1, 2]), { training: true }), {
    message: /layer drop needs a source of seeds/,
  });
});

test('training passes leave no tensor behind', async (t) => {
  const { conv, norm, relu, drop } = layers();
  const x = images();
  const stack = [conv, norm, relu, drop];
  const pass = () =>
    tf.tidy(() => {
      const options = { training: true, random: random() };
      stack.reduce<Tensor>((y, layer) => layer.apply(y, { ...options }) as Tensor, x);
    });
  pass();
  t.is(await leftTensors(pass), 0);
});
