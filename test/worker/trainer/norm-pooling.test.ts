import test from 'ava';
import type { LayersModel, Rank, SymbolicTensor, Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../../../worker/engine/layer.ts';
import { createModel } from '../../../worker/trainer/model.ts';
import { createNetwork } from '../../../worker/trainer/network.ts';
import { normPoolings, pooledConvolutions } from '../../../worker/trainer/norm-pooling.ts';
import { greatestDifference, tf } from '../../helpers/tensorflow.ts';

const { layers } = tf;
const norm = (name = 'norm', options = {}) => layers.batchNormalization({ name, ...options });
const pool = (name = 'pool', options = {}) =>
  layers.maxPooling2d({ poolSize: 2, name, ...options });
const relu = (name = 'relu') => layers.activation({ activation: 'relu', name });
const through = (x: SymbolicTensor, ...all: Layer[]) =>
  all.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x);
const input = () => tf.input({ shape: [8, 8, 2] });
const stack = (...all: Layer[]) => {
  const x = input();
  return tf.model({ inputs: x, outputs: through(x, ...all) });
};
const found = (model: LayersModel) =>
  [...normPoolings(model)].map(([layer, { relu, pooling, window }]) =>
    [layer.name, ...(relu ? [relu.name] : []), pooling.name, window.join('×')].join(' '),
  );

test('both blocks of the network of the paper are done together', (t) => {
  const model = createModel(tf, {
    image: { height: 28, width: 28, channels: 1 },
    classCount: 10,
    dropout: 0.25,
    normalisation: { mean: 100, std: 50 },
  });
  t.deepEqual(found(model), ['batch_norm1 relu1 pool1 2×2', 'batch_norm2 relu2 pool2 2×2']);
});

test('a ReLU between normalisation and pooling, of any kind or none, is done with them', (t) => {
  t.deepEqual(found(stack(norm(), relu(), pool())), ['norm relu pool 2×2']);
  t.deepEqual(found(stack(norm(), layers.reLU({ name: 'r' }), pool())), ['norm r pool 2×2']);
  t.deepEqual(found(stack(norm(), pool())), ['norm pool 2×2']);
  t.deepEqual(found(stack(norm('norm', { axis: 3 }), pool())), ['norm pool 2×2']);
  const oblong = pool('pool', { poolSize: [3, 2], strides: [3, 2] });
  t.deepEqual(found(stack(norm(), oblong)), ['norm pool 3×2']);
  t.deepEqual(
    found(stack(tf.sequential({ layers: [norm('n', { inputShape: [8, 8, 2] }), pool()] }))),
    ['n pool 2×2'],
  );
});

test('windows that overlap, lie apart or reach beyond the images are left to TensorFlow', (t) => {
  for (const options of [
    { strides: 1 },
    { strides: [2, 3] },
    { poolSize: [3, 2], strides: [2, 3] },
    { padding: 'same' },
    { dataFormat: 'channelsFirst' },
  ]) {
    t.deepEqual(found(stack(norm(), pool('pool', options))), [], JSON.stringify(options));
  }
});

test('no other layers, and no normalisation of anything else, are done together', (t) => {
  t.deepEqual(found(stack(norm(), layers.averagePooling2d({ poolSize: 2 }))), []);
  t.deepEqual(found(stack(norm(), layers.activation({ activation: 'elu' }), pool())), []);
  t.deepEqual(found(stack(norm(), layers.reLU({ maxValue: 6 }), pool())), []);
  t.deepEqual(found(stack(norm(), relu('one'), relu('other'), pool())), []);
  t.deepEqual(found(stack(norm(), layers.dropout({ rate: 0.5 }), pool())), []);
  t.deepEqual(found(stack(layers.layerNormalization(), pool())), []);
  t.deepEqual(found(stack(norm('norm', { axis: 1 }), pool())), []);
  const rows = layers.reshape({ targetShape: [8, 16] });
  t.deepEqual(found(stack(rows, norm(), layers.maxPooling1d({ poolSize: 2 }))), []);
  t.deepEqual(found(stack(layers.flatten(), norm(), layers.reLU())), []);
});

test('what something else needs, too, is left as it is', (t) => {
  for (const before of [[norm()], [norm(), relu()]]) {
    const x = input();
    const shared = through(x, ...before);
    const both = [through(shared, pool('a')), through(shared, pool('b'))];
    const sum = layers.add().apply(both) as SymbolicTensor;
    t.deepEqual(found(tf.model({ inputs: x, outputs: sum })), []);
    const y = input();
    const seen = through(y, ...before.map(({ name }) => (name === 'norm' ? norm() : relu())));
    t.deepEqual(found(tf.model({ inputs: y, outputs: [through(seen, pool()), seen] })), []);
  }
  const inner = tf.sequential({ layers: [norm('n', { inputShape: [8, 8, 2] })] });
  t.deepEqual(found(stack(inner, pool())), []);
});

test('layers that are used twice are left as they are', (t) => {
  const twice = (make: () => { readonly all: readonly Layer[] }[]) => {
    const x = input();
    const branches = make().map(({ all }) => through(x, ...all));
    return tf.model({ inputs: x, outputs: layers.add().apply(branches) as SymbolicTensor });
  };
  const [n, r, p] = [norm('n'), relu('r'), pool('p')];
  t.deepEqual(found(twice(() => [{ all: [n, pool('a')] }, { all: [n, pool('b')] }])), []);
  const shared = () => [{ all: [norm('c'), r, pool('d')] }, { all: [norm('e'), r, pool('f')] }];
  t.deepEqual(found(twice(shared)), []);
  t.deepEqual(found(twice(() => [{ all: [norm('g'), p] }, { all: [norm('h'), p] }])), []);
});

/** Outputs and running statistics of a training pass. */
function trained(model: LayersModel, train: () => { dataSync: () => ArrayLike<number> }) {
  const outputs = Array.from(train().dataSync());
  return [...outputs, ...model.getWeights().flatMap((weight) => [...weight.dataSync()])];
}

for (const [title, make] of [
  ['together', () => [norm(), relu(), pool()]],
  ['together without a ReLU', () => [norm(), pool()]],
  ['one by one', () => [norm('norm', { axis: 1 }), relu(), pool()]],
] as const) {
  test(`layers done ${title} have the outputs and statistics of batch norm and pooling`, (t) => {
    const end = () => [
      layers.flatten(),
      layers.dense({ units: 3, kernelInitializer: 'ones' }),
      layers.softmax(),
    ];
    const [plain, fused] = [stack(...make(), ...end()), stack(...make(), ...end())];
    const pixels = tf.randomNormal<Rank.R4>([6, 8, 8, 2], 0, 1, 'float32', 3);
    const network = createNetwork(tf, fused, 'a network');
    const actual = trained(fused, () =>
      tf.softmax(network.train(pixels, tf.tensor1d([1, 2], 'int32'))),
    );
    const wanted = trained(plain, () => plain.apply(pixels, { training: true }) as Tensor);
    // Stock tfjs keeps the biased variance of 384 or 96 values.
    t.true(greatestDifference(actual, wanted) < 2e-4);
  });
}

const conv = (options = {}) =>
  layers.conv2d({ name: 'conv', filters: 4, kernelSize: 3, ...options });
const convolutions = (model: LayersModel) =>
  [...pooledConvolutions(model, normPoolings(model))].map(
    ([layer, after]) => `${layer.name} ${after.name}`,
  );

test('a convolution over few channels is done with what follows, in inference', (t) => {
  t.deepEqual(convolutions(stack(conv(), norm(), relu(), pool())), ['conv norm']);
  t.deepEqual(convolutions(stack(conv({ useBias: false }), norm(), pool())), ['conv norm']);
  t.deepEqual(convolutions(stack(conv({ padding: 'same' }), norm(), pool())), ['conv norm']);
});

test('other convolutions, and those that something else needs, are left as they are', (t) => {
  for (const options of [
    { strides: 2 },
    { dilationRate: 2 },
    { activation: 'relu' },
    { kernelSize: 6 },
    { dataFormat: 'channelsFirst' },
  ]) {
    const model = stack(conv(options), norm(), relu(), pool());
    t.deepEqual(convolutions(model), [], JSON.stringify(options));
  }
  const oblong = pool('pool', { poolSize: [3, 2], strides: [3, 2] });
  t.deepEqual(convolutions(stack(conv(), norm(), oblong)), []);
  t.deepEqual(convolutions(stack(conv(), relu(), norm(), pool())), []);
  t.deepEqual(convolutions(stack(layers.depthwiseConv2d({ kernelSize: 3 }), norm(), pool())), []);
  const x = input();
  const shared = through(x, conv());
  const outputs = [through(shared, norm(), pool()), shared];
  t.deepEqual(convolutions(tf.model({ inputs: x, outputs })), []);
});

for (const [title, first, isTogether] of [
  ['with a bias', { padding: 'same' }, true],
  ['without one', { useBias: false }, true],
  ['of strides, one by one,', { strides: 2 }, false],
] as const) {
  test(`a convolution ${title} infers what stock layers do, after a training pass too`, (t) => {
    const end = [layers.flatten(), layers.dense({ units: 3 }), layers.softmax()];
    const model = stack(conv(first), norm(), relu(), pool(), ...end);
    t.is(convolutions(model).length, isTogether ? 1 : 0);
    const pixels = tf.randomNormal<Rank.R4>([6, 8, 8, 2], 0, 1, 'float32', 3);
    const network = createNetwork(tf, model, 'a network');
    network.train(pixels, tf.tensor1d([1, 2], 'int32')).dispose();
    const inferred = [...tf.softmax(network.infer(pixels)).dataSync()];
    const wanted = [...(model.predict(pixels) as Tensor).dataSync()];
    t.true(greatestDifference(inferred, wanted) < 1e-6);
    t.false(
      greatestDifference(
        wanted,
        Array.from(wanted, () => 1 / 3),
      ) < 1e-3,
    );
  });
}
