import test from 'ava';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import type { Layer } from '../../../worker/engine/layer.ts';
import { waitingRelus } from '../../../worker/trainer/pooling-first.ts';
import { tf } from '../../helpers/tensorflow.ts';

const { layers } = tf;
const pool = (name = 'pool') => layers.maxPooling2d({ poolSize: 2, name });
const conv = (name: string, activation: 'relu' | 'elu' = 'relu') =>
  layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', activation, name });
const input = () => tf.input({ shape: [8, 8, 2] });
const through = (x: SymbolicTensor, ...all: Layer[]) =>
  all.reduce((y, layer) => layer.apply(y) as SymbolicTensor, x);
const stack = (...all: Layer[]) => {
  const x = input();
  return tf.model({ inputs: x, outputs: through(x, ...all) });
};
const found = (model: LayersModel) =>
  [...waitingRelus(model)].map(([relu, pooling]) => `${relu.name} ${pooling.name}`);

test('a ReLU of any kind waits for the max pooling that alone follows it', (t) => {
  t.deepEqual(found(stack(conv('c'), pool())), ['c pool']);
  t.deepEqual(found(stack(layers.reLU({ name: 'r' }), pool())), ['r pool']);
  t.deepEqual(found(stack(layers.activation({ activation: 'relu', name: 'a' }), pool())), [
    'a pool',
  ]);
  const inner = tf.sequential({
    layers: [layers.reLU({ name: 'r', inputShape: [8, 8, 2] }), pool('p')],
  });
  t.deepEqual(found(stack(inner)), ['r p']);
});

test('no other activation waits, nor for anything else', (t) => {
  t.deepEqual(found(stack(conv('c', 'elu'), pool())), []);
  t.deepEqual(found(stack(layers.reLU({ maxValue: 6 }), pool())), []);
  t.deepEqual(found(stack(conv('c'), layers.averagePooling2d({ poolSize: 2 }))), []);
  t.deepEqual(found(stack(conv('c'), conv('d', 'elu'), pool())), []);
});

test('a ReLU that something else needs, too, does not wait', (t) => {
  const x = input();
  const relu = through(x, conv('c'));
  const both = layers
    .concatenate()
    .apply([through(relu, pool('a')), through(relu, pool('b'))]) as SymbolicTensor;
  t.deepEqual(found(tf.model({ inputs: x, outputs: both })), []);
  const y = input();
  const clipped = through(y, layers.reLU());
  const outputs = [through(clipped, pool()), clipped];
  t.deepEqual(found(tf.model({ inputs: y, outputs })), []);
});

test('layers that are used twice are left as they are', (t) => {
  const x = input();
  const relu = layers.reLU();
  const [one, other] = [conv('c', 'elu'), conv('d', 'elu')].map((layer) =>
    through(x, layer, relu, pool(`${layer.name}_pool`)),
  );
  const sum = layers.add().apply([one!, other!]) as SymbolicTensor;
  t.deepEqual(found(tf.model({ inputs: x, outputs: sum })), []);
  const y = input();
  const shared = pool();
  const [first, second] = [conv('e'), conv('f')].map((layer) => through(y, layer, shared));
  const total = layers.add().apply([first!, second!]) as SymbolicTensor;
  t.deepEqual(found(tf.model({ inputs: y, outputs: total })), []);
});
