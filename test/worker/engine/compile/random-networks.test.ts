import test from 'ava';
import fc from 'fast-check';
import { tf } from '../../../helpers/tensorflow.ts';
import { disagreement } from './agreement.ts';
import { type Layer, stack } from './networks.ts';

const { layers } = tf;
const FILTERS = 3;

const ACTIVATIONS = ['relu', 'elu', 'sigmoid', 'tanh', 'swish', 'linear'] as const;
const activation = fc.constantFrom(...ACTIVATIONS);
const kernelSize = fc.integer({ min: 1, max: 3 });

/** Makes a layer; a printed counterexample shows it as text. */
type Make = (() => Layer) & { toString: () => string };

const made = (text: string, make: () => Layer): Make =>
  Object.assign(make, { toString: () => text });

/** Keep images images; biases are left to the layers that come last. */
const imageLayer: fc.Arbitrary<Make> = fc.oneof(
  fc.tuple(kernelSize, activation, fc.integer({ min: 1, max: 2 })).map(([size, name, strides]) =>
    made(`conv2d ${size} ${name} / ${strides}`, () =>
      layers.conv2d({
        filters: FILTERS,
        kernelSize: size,
        activation: name,
        strides,
        padding: 'same',
        useBias: false,
      }),
    ),
  ),
  kernelSize.map((size) =>
    made(`depthwiseConv2d ${size}`, () =>
      layers.depthwiseConv2d({ kernelSize: size, padding: 'same', useBias: false }),
    ),
  ),
  kernelSize.map((size) =>
    made(`separableConv2d ${size}`, () =>
      layers.separableConv2d({
        filters: FILTERS,
        kernelSize: size,
        padding: 'same',
        useBias: false,
      }),
    ),
  ),
  fc.constantFrom(
    made('batchNormalization', () => layers.batchNormalization()),
    made('maxPooling2d', () => layers.maxPooling2d({ padding: 'same' })),
    made('averagePooling2d', () => layers.averagePooling2d({ padding: 'same' })),
    made('zeroPadding2d', () => layers.zeroPadding2d({ padding: 1 })),
    made('upSampling2d', () => layers.upSampling2d({ size: [2, 2] })),
    made('leakyReLU', () => layers.leakyReLU()),
  ),
);

const head: fc.Arbitrary<Make> = fc.constantFrom(
  made('flatten', () => layers.flatten()),
  made('globalAveragePooling2d', () => layers.globalAveragePooling2d({})),
  made('globalMaxPooling2d', () => layers.globalMaxPooling2d({})),
);

const rowLayer: fc.Arbitrary<Make> = fc.oneof(
  activation.map((name) =>
    made(`dense ${name}`, () => layers.dense({ units: 5, activation: name, useBias: false })),
  ),
  fc.constantFrom(
    made('batchNormalization', () => layers.batchNormalization()),
    made('layerNormalization', () => layers.layerNormalization()),
    made('prelu', () => layers.prelu()),
  ),
);

const OPTIMIZERS = {
  momentum: () => tf.train.momentum(0.02, 0.9),
  rmsprop: () => tf.train.rmsprop(0.002),
  adam: () => tf.train.adam(0.002),
};

test('compiled steps of any stack of layers are those op by op', async (t) => {
  const networks = fc.record({
    image: fc.array(imageLayer, { maxLength: 4 }),
    head,
    rows: fc.array(rowLayer, { maxLength: 3 }),
    optimizer: fc.constantFrom(...(['momentum', 'rmsprop', 'adam'] as const)),
  });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(networks, async ({ image, head: flatten, rows, optimizer }) => {
      const last = () => layers.dense({ units: 4, activation: 'softmax' });
      const build = stack([5, 6, 2], ...image, flatten, ...rows, last);
      const found = await disagreement({ build, optimizer: OPTIMIZERS[optimizer] });
      count += 1;
      return found.first <= 1e-6 && found.losses <= 1e-5 && found.outputs <= 5e-4;
    }),
    { numRuns: 30, seed: 11 },
  );
  t.is(count, 30);
});
