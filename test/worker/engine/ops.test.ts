import test from 'ava';
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { gatherImages, imageTensor } from '../../../worker/engine/bytes.ts';
import {
  batchNormalization,
  biasAdd,
  dilateKernel,
  dropout,
  relu,
  softmaxCrossEntropy,
  thresholdedRelu,
} from '../../../worker/engine/ops.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';

type Function = (...inputs: Tensor[]) => Tensor;

/** Value and gradients of two functions of the same inputs, weighted so that no slope is alike. */
function difference(fused: Function, plain: Function, inputs: Tensor[]): number {
  return tf.tidy(() => {
    const weighted = (f: Function) =>
      tf.valueAndGrads((...x: Tensor[]) => {
        const y = f(...x);
        return tf.sum(tf.mul(y, tf.sin(tf.range(0, y.size).reshape(y.shape))));
      });
    const flat = (f: Function) => {
      const { value, grads } = weighted(f)(inputs);
      return [f(...inputs), value, ...grads].flatMap((tensor) => [...tensor.dataSync()]);
    };
    return greatestDifference(flat(fused), flat(plain));
  });
}

const random = (shape: number[], seed: number, mean = 0) =>
  tf.randomNormal(shape, mean, 2, 'float32', seed + 1);

test('batch normalisation has the value and gradients of moments and batchNorm', (t) => {
  const inputs = [random([5, 4, 3, 2], 1, 3), random([2], 2), random([2], 3)];
  const epsilon = 1e-2;
  const fused: Function = (x, gamma, beta) =>
    batchNormalization(tf, {
      x: x as Tensor4D,
      gamma: gamma as Tensor1D,
      beta: beta as Tensor1D,
      epsilon,
      onStatistics: () => undefined,
    });
  const plain: Function = (x, gamma, beta) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(x, mean, variance, beta, gamma, epsilon);
  };
  t.true(difference(fused, plain, inputs) < 1e-3);
});

test('batch normalisation tells the mean and the unbiased variance of the batch', (t) => {
  const x = random([4, 3, 2, 1], 4) as Tensor4D;
  const values = [...x.dataSync()];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  let seen = [NaN, NaN];
  batchNormalization(tf, {
    x,
    gamma: tf.ones([1]),
    beta: tf.zeros([1]),
    epsilon: 1e-5,
    onStatistics: (of) => (seen = [of.mean.dataSync()[0]!, of.variance.dataSync()[0]!]),
  });
  t.true(greatestDifference(seen, [mean, squares / (values.length - 1)]) < 1e-5);
});

test('softmax cross-entropy has the value and gradients of its definition', (t) => {
  const labels = tf.tensor1d([2, 0, 1, 1], 'int32');
  const plain: Function = (logits) =>
    tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(labels, 3)), 1));
  const fused: Function = (logits) => softmaxCrossEntropy(tf, logits as Tensor2D, labels);
  t.true(difference(fused, plain, [random([4, 3], 5)]) < 1e-5);
});

test('softmax cross-entropy of a confident miss is large and finite', (t) => {
  const logits = tf.tensor2d([[-1000, 0, 1000]]);
  const [loss] = softmaxCrossEntropy(tf, logits, tf.tensor1d([0], 'int32')).dataSync();
  t.is(loss, 2000);
});

test('relu has the value and gradients of its definition', (t) => {
  const x = tf.tensor1d([-2, -0.5, 0, 0.5, 2]);
  t.is(
    difference(
      (y) => relu(tf, y),
      (y) => tf.relu(y),
      [x],
    ),
    0,
  );
  t.deepEqual([...relu(tf, x).dataSync()], [0, 0, 0, 0.5, 2]);
});

test('biasAdd has the value and gradients of add', (t) => {
  const inputs = [random([3, 4, 5, 2], 6), random([2], 7)];
  const fused: Function = (x, bias) => biasAdd(tf, x, bias as Tensor1D);
  t.true(difference(fused, (x, bias) => tf.add(x, bias), inputs) < 1e-4);
});

test('dropout zeroes about its share, scales the rest, and its gradient is its mask', (t) => {
  const seed = tf.tensor1d([3, 4], 'int32');
  const x = tf.ones([100, 100]);
  const { value, grad } = tf.valueAndGrad((y: Tensor) => dropout(tf, y, 0.25, seed).sum())(x);
  const dropped = dropout(tf, x, 0.25, seed).dataSync();
  const zeros = dropped.filter((element) => element === 0).length;
  t.true(Math.abs(zeros / dropped.length - 0.25) < 0.02);
  t.deepEqual([...new Set(dropped)].sort(), [0, Math.fround(1 / 0.75)]);
  t.deepEqual(grad.dataSync(), dropped);
  t.true(Math.abs(value.dataSync()[0]! / dropped.length - 1) < 0.02);
});

test('dropout is the same for the same seed and another for the next step', (t) => {
  const mask = (step: number) =>
    dropout(tf, tf.ones([50]), 0.5, tf.tensor1d([9, step], 'int32')).dataSync();
  t.deepEqual(mask(1), mask(1));
  t.notDeepEqual(mask(1), mask(2));
});

test('dropout of nothing changes nothing', (t) => {
  const x = random([7], 8);
  t.deepEqual(dropout(tf, x, 0, tf.tensor1d([0, 0], 'int32')).dataSync(), x.dataSync());
});

test('images kept as bytes come back as floats, in the order asked for', (t) => {
  const pixels = Uint8Array.from({ length: 3 * 2 * 2 * 2 }, (_, index) => 250 - index * 10);
  // As part files hold them: in the middle of a larger buffer.
  const within = Uint8Array.of(1, 2, 3, ...pixels).subarray(3);
  const images = imageTensor(tf, within, { height: 2, width: 2, channels: 2 });
  const gathered = gatherImages(tf, images, tf.tensor1d([2, 0, 2], 'int32'));
  const image = (index: number) => [...pixels.subarray(index * 8, index * 8 + 8)];
  t.deepEqual(gathered.shape, [3, 2, 2, 2]);
  t.is(gathered.dtype, 'float32');
  t.deepEqual([...gathered.dataSync()], [...image(2), ...image(0), ...image(2)]);
});

test('ops and their gradients leave no tensor behind', async (t) => {
  const left = await leftTensors(() => {
    const images = imageTensor(tf, new Uint8Array(8), { height: 2, width: 2, channels: 1 });
    const gamma = tf.tidy(() => tf.variable(tf.ones<Rank.R1>([1])));
    tf.tidy(() => {
      const indices = tf.tensor1d([0, 1], 'int32');
      const x = gatherImages(tf, images, indices);
      const beta = tf.zeros<Rank.R1>([1]);
      const onStatistics = () => undefined;
      tf.variableGrads(() => {
        const y = batchNormalization(tf, { x, gamma, beta, epsilon: 1, onStatistics });
        const z = dropout(tf, relu(tf, biasAdd(tf, y, beta)), 0.5, indices);
        return softmaxCrossEntropy(tf, z.reshape([2, 4]), indices).mean();
      }, [gamma]);
    });
    tf.dispose([images, gamma]);
  });
  t.is(left, 0);
});

test.serial('thresholded relu has the value and gradient of a product with what is kept', (t) => {
  const x = random([3, 50], 9);
  const kept = tf.cast(tf.greater(x, 0.7), 'float32');
  const plain: Function = (y) => tf.mul(y, kept);
  t.is(
    difference((y) => thresholdedRelu(tf, y, 0.7), plain, [x]),
    0,
  );
});

test.serial('a kernel with zeros between its rows convolves as a dilated one', (t) => {
  const x = random([2, 11, 9, 3], 10) as Tensor4D;
  const kernel = random([3, 2, 3, 4], 11) as Tensor4D;
  const rates: [number, number] = [2, 3];
  const spread = dilateKernel(tf, kernel, rates) as Tensor4D;
  t.deepEqual(spread.shape, [5, 4, 3, 4]);
  for (const padding of ['same', 'valid'] as const) {
    const wanted = tf.conv2d(x, kernel, 1, padding, 'NHWC', rates);
    const found = tf.conv2d(x, spread, 1, padding);
    t.deepEqual(found.shape, wanted.shape);
    t.true(greatestDifference(found.dataSync(), wanted.dataSync()) < 1e-4);
  }
  t.is(dilateKernel(tf, kernel, [1, 1]), kernel);
});

test.serial('the gradient of a dilated kernel is that of the numbers in it', (t) => {
  const kernel = random([3, 2, 1, 1], 12);
  const weights = random([5, 4, 1, 1], 13);
  const f = (k: Tensor) => tf.sum(tf.mul(dilateKernel(tf, k, [2, 3]), weights));
  const gradient = tf.grad(f)(kernel);
  const wanted = tf.stridedSlice(weights, [0, 0, 0, 0], [5, 4, 1, 1], [2, 3, 1, 1]);
  t.deepEqual([...gradient.dataSync()], [...wanted.dataSync()]);
});
