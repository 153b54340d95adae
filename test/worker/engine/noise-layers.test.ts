import test from 'ava';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../../../worker/engine/layer.ts';
import { trainFused } from '../../../worker/engine/layers.ts';
import { createRandomSource } from '../../../worker/engine/random-source.ts';
import { leftTensors, tf } from '../../helpers/tensorflow.ts';

const values = (tensor: Tensor) => [...tensor.dataSync()];
const source = (step = 2) => createRandomSource(tf, tf.tensor1d([1, step], 'int32'));
const train = (layer: Layer, x: Tensor, random = source()) =>
  values(layer.apply(x, { training: true, random }) as Tensor);

const ones = () => tf.ones([20, 10, 50]);
const { mean, variance } = {
  mean: (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length,
  variance: (numbers: number[]) => {
    const middle = mean(numbers);
    return mean(numbers.map((one) => (one - middle) ** 2));
  },
};

const LAYERS = {
  dropout: () => tf.layers.dropout({ rate: 0.4 }),
  spatialDropout1d: () => tf.layers.spatialDropout1d({ rate: 0.4 }),
  gaussianDropout: () => tf.layers.gaussianDropout({ rate: 0.2 }),
  gaussianNoise: () => tf.layers.gaussianNoise({ stddev: 0.5 }),
  alphaDropout: () => tf.layers.alphaDropout({ rate: 0.1 }),
};

for (const [name, make] of Object.entries(LAYERS)) {
  test.serial(
    `${name} draws the same from the same seed, else other numbers, and nothing in inference`,
    (t) => {
      const layer = trainFused(tf, make());
      const x = tf.randomNormal([4, 5, 6], 0, 1, 'float32', 3);
      const first = train(layer, x);
      t.deepEqual(train(layer, x), first);
      t.notDeepEqual(train(layer, x, source(3)), first);
      t.notDeepEqual(first, values(x));
      const random = source();
      t.deepEqual(train(layer, x, random), first);
      t.notDeepEqual(train(layer, x, random), first);
      t.deepEqual(values(layer.apply(x, { training: false }) as Tensor), values(x));
    },
  );

  test.serial(`${name} leaves no tensor behind`, async (t) => {
    const layer = trainFused(tf, make());
    const x = ones();
    const pass = () => tf.tidy(() => void train(layer, x, source()));
    pass();
    t.is(await leftTensors(pass), 0);
  });
}

test.serial('noise has the mean and the spread that it is said to have', (t) => {
  const of = (name: keyof typeof LAYERS) => train(trainFused(tf, LAYERS[name]()), ones());
  const near = (found: number, wanted: number) =>
    t.true(Math.abs(found - wanted) < 0.03, `${found}`);
  near(mean(of('dropout')), 1);
  near(of('dropout').filter((value) => value === 0).length / 10_000, 0.4);
  near(mean(of('gaussianDropout')), 1);
  near(variance(of('gaussianDropout')), 0.25);
  near(mean(of('gaussianNoise')), 1);
  near(variance(of('gaussianNoise')), 0.25);
  const normal = tf.randomNormal([10_000], 0, 1, 'float32', 5);
  const alpha = train(trainFused(tf, LAYERS.alphaDropout()), normal);
  near(mean(alpha), mean(values(normal)));
  near(variance(alpha), 1);
});

test.serial('spatial dropout drops whole channels of an image', (t) => {
  const dropped = train(trainFused(tf, LAYERS.spatialDropout1d()), ones());
  for (let image = 0; image < 20; image++) {
    for (let channel = 0; channel < 50; channel++) {
      const column = Array.from(
        { length: 10 },
        (_, row) => dropped[image * 500 + row * 50 + channel],
      );
      t.is(new Set(column).size, 1);
    }
  }
  t.is(new Set(dropped.map((value) => value.toFixed(3))).size, 2);
});

test.serial(
  'a rate of 0 or 1 drops nothing, as in tfjs, and takes no seed from the layers after it',
  (t) => {
    const random = source();
    const x = ones();
    for (const rate of [0, 1]) {
      t.deepEqual(train(trainFused(tf, tf.layers.dropout({ rate })), x, random), values(x));
    }
    t.deepEqual(values(random.next()), [1, 2]);
  },
);

test.serial(
  'the first use of a step gets its seed as it is, each other use one of its own',
  (t) => {
    const random = source();
    const seeds = Array.from({ length: 1000 }, () => String(values(random.next())));
    t.is(seeds[0], '1,2');
    t.is(new Set(seeds).size, 1000);
    t.true(seeds.every((seed) => seed.endsWith(',2')));
  },
);
