import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import test from 'ava';
import { greatestDifference, tf } from '../../../helpers/tensorflow.ts';
import { drawn } from './agreement.ts';
import { withCompiled } from './steps.ts';

type Op = (x: Tensor) => Tensor | Tensor[];

const SHAPE = [2, 4, 4, 3];
const SIZE = 96;
const image = (x: Tensor) => x as Tensor4D;
const matrix = (x: Tensor): Tensor2D => x.reshape([8, 12]);
const vector = (x: Tensor): Tensor1D => x.reshape([SIZE]);
const positive = (x: Tensor) => x.abs().add(0.1);
const integers = (x: Tensor) => x.mul(10).floor().abs().toInt();
const filter = (x: Tensor): Tensor4D => x.flatten().slice(0, 24).reshape([2, 2, 3, 2]);
/** True for each nth number of an image. */
const every = (nth: number) =>
  tf.tensor(
    Array.from({ length: SIZE }, (_, index) => index % nth === 0),
    SHAPE,
    'bool',
  );
const indices = () => tf.tensor1d([3, 0, 3], 'int32');

/** Functions of an image, and their gradients as far as tfjs has any. */
const DIFFERENTIABLE: Record<string, Op> = {
  abs: (x) => x.abs(),
  acosh: (x) => positive(x).add(1).acosh(),
  asin: (x) => x.asin(),
  atan2: (x) => tf.atan2(x, positive(x)),
  avgPool3d: (x) => tf.avgPool3d(x.reshape([1, 4, 4, 2, 3]), 2, 1, 'same'),
  batchNorm: (x) => tf.batchNorm(image(x), tf.zeros([3]), tf.ones([3]), tf.ones([3]), tf.ones([3])),
  batchToSpaceND: (x) => tf.batchToSpaceND(x, [2, 1], [[0, 0], [0, 0]]), // prettier-ignore
  clipByValue: (x) => x.clipByValue(-0.5, 0.5),
  concat: (x) => tf.concat([x, x.square(), x], 1),
  conv2d: (x) => tf.conv2d(image(x), filter(x), [2, 1], 'same'),
  conv2dTranspose: (x) => tf.conv2dTranspose(image(x), filter(x).transpose([0, 1, 3, 2]), [2, 8, 8, 2], 2, 'same'), // prettier-ignore
  cos: (x) => x.cos(),
  cumsum: (x) => x.cumsum(3, true, true),
  depthwiseConv2d: (x) => tf.depthwiseConv2d(image(x), filter(x), 1, 'valid'),
  div: (x) => tf.div(x, positive(x)),
  elu: (x) => x.elu(),
  erf: (x) => x.erf(),
  exp: (x) => x.exp(),
  expm1: (x) => x.expm1(),
  gather: (x) => x.gather(indices(), 1),
  l2Normalize: (x) => tf.div(x, x.norm('euclidean', -1, true)),
  log1p: (x) => positive(x).log1p(),
  logSoftmax: (x) => tf.logSoftmax(x),
  logSumExp: (x) => x.logSumExp([1, 2]),
  matMul: (x) => tf.matMul(matrix(x), matrix(x), true, false),
  'matMul of batches': (x) => tf.matMul(x, x, false, true),
  max: (x) => x.max([1, 2]),
  maximum: (x) => tf.maximum(x, 0.1),
  mean: (x) => x.mean([0, 3], true),
  min: (x) => x.min(1),
  mirrorPad: (x) => tf.mirrorPad(x, [[0, 0], [1, 1], [2, 1], [0, 0]], 'reflect'), // prettier-ignore
  moments: (x) => Object.values(tf.moments(x, [0, 1])),
  multiplications: (x) => x.mul(x).mul(3).sub(x),
  pad: (x) => x.pad([[0, 0], [1, 2], [0, 1], [0, 0]], 0.5), // prettier-ignore
  pow: (x) => positive(x).pow(1.5),
  prelu: (x) => x.prelu(tf.fill([3], 0.2)),
  prod: (x) => matrix(x).prod(1),
  resizeBilinear: (x) => tf.image.resizeBilinear(image(x), [7, 5]),
  resizeNearestNeighbor: (x) => tf.image.resizeNearestNeighbor(image(x), [8, 2]),
  reverse: (x) => x.reverse([1, 3]),
  rsqrt: (x) => positive(x).rsqrt(),
  selu: (x) => x.selu(),
  slice: (x) => x.slice([0, 1, 2, 0], [2, 2, 1, 3]),
  softmax: (x) => x.softmax(),
  softplus: (x) => x.softplus(),
  spaceToBatchND: (x) => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]), // prettier-ignore
  split: (x) => tf.split(x, [1, 3], 1),
  squaredDifference: (x) => tf.squaredDifference(x, 0.3),
  squeeze: (x) => x.slice([0, 0, 0, 0], [2, 1, 4, 1]).squeeze(),
  stack: (x) => tf.stack([x, x.neg()], 2),
  std: (x) => tf.moments(x).variance.sqrt(),
  tan: (x) => x.tan(),
  tile: (x) => x.tile([1, 2, 1, 3]),
  transpose: (x) => x.transpose([3, 0, 2, 1]),
  unstack: (x) => tf.unstack(x, 1),
  where: (x) => tf.where(every(2), x, x.mul(2)),
  'unsortedSegmentSum': (x) => tf.unsortedSegmentSum(matrix(x), tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 4), // prettier-ignore
};

/** Without gradients. */
const OTHERS: Record<string, Op> = {
  all: (x) => x.greater(-2).all(1),
  any: (x) => x.greater(0.9).any(),
  argMax: (x) => x.argMax(2),
  argMin: (x) => x.argMin(-1),
  bincount: (x) => tf.bincount(integers(vector(x)) as Tensor1D, tf.ones([SIZE]), 12),
  casts: (x) => [x.toInt(), x.toBool(), x.toBool().toFloat(), integers(x).toFloat()],
  comparisons: (x) => [x.equal(x), x.less(0), x.lessEqual(0), x.notEqual(0.5), x.greaterEqual(0)],
  cropAndResize: (x) => tf.image.cropAndResize(image(x), tf.tensor2d([0, 0, 0.5, 0.5], [1, 4]), tf.tensor1d([1], 'int32'), [3, 3]), // prettier-ignore
  depthToSpace: (x) => tf.depthToSpace(x.reshape([2, 2, 2, 12]), 2),
  dilation2d: (x) => tf.dilation2d(image(x), filter(x).reshape<Tensor3D>([2, 4, 3]), 1, 'same'),
  divNoNan: (x) => tf.divNoNan(x, positive(x)),
  einsum: (x) => tf.einsum('ij,kj->ik', matrix(x), matrix(x)),
  floorDiv: (x) => tf.floorDiv(integers(x), tf.scalar(3, 'int32')),
  gatherND: (x) => tf.gatherND(x, tf.tensor2d([1, 2, 0, 3], [2, 2], 'int32')),
  inTopK: (x) => tf.oneHot(integers(vector(x)), 11),
  isNaN: (x) => [x.log().isNaN(), x.div(0).isInf(), x.isFinite()],
  linspace: (x) => tf.linspace(0, 1, 5).mul(x.sum()),
  localResponseNormalization: (x) => tf.localResponseNormalization(image(x), 2),
  logic: (x) => [tf.logicalAnd(x.greater(0), x.less(0.5)), x.greater(0).logicalNot()],
  mod: (x) => x.mod(0.3),
  range: (x) => tf.range(0, 5).mul(x.mean()),
  round: (x) => [x.mul(5).round(), x.mul(5).ceil(), x.mul(5).floor(), x.sign()],
  scatterND: (x) => tf.scatterND(tf.tensor2d([4, 1], [2, 1], 'int32'), vector(x).slice(0, 2), [6]),
  sparseToDense: (x) => tf.sparseToDense(tf.tensor1d([1, 4], 'int32'), vector(x).slice(0, 2), [6], 0), // prettier-ignore
  step: (x) => x.step(0.1),
  stridedSlice: (x) => x.stridedSlice([0, 3, 0], [2, 0, 4], [1, -1, 2]),
  topk: (x) => Object.values(tf.topk(x, 2)),
  zerosLike: (x) => [tf.zerosLike(x), tf.onesLike(x).mul(2), tf.eye(3), tf.fill([2], 7)],
};

const listOf = (result: Tensor | Tensor[]) => (Array.isArray(result) ? result : [result]);
const weighted = (op: Op) => (x: Tensor) =>
  tf.addN(listOf(op(x)).map((y) => y.mul(tf.sin(tf.range(0, y.size).reshape(y.shape))).sum()));

const sameAsEager = test.macro<[op: Op]>(async (t, op) => {
  const values = drawn(SIZE, 17);
  const run = (x: Tensor) =>
    Object.fromEntries(listOf(op(x)).map((y, index) => [`output${index}`, y]));
  const inputs = { x: { shape: SHAPE, dtype: 'float32' } } as const;
  await withCompiled(
    ({ x }) => run(x),
    { inputs },
    async (compiled) => {
      const outputs = await compiled.run({ x: values });
      const eager = run(tf.tensor(values, SHAPE));
      t.deepEqual(Object.keys(outputs), Object.keys(eager));
      for (const [name, { shape, values: numbers }] of Object.entries(outputs)) {
        t.deepEqual(shape, eager[name]!.shape);
        const expected = eager[name]!.dataSync();
        t.is(numbers.constructor, expected.constructor);
        t.true(greatestDifference(numbers, expected) <= 1e-5);
      }
      tf.dispose(eager);
    },
  );
});

for (const [name, op] of Object.entries(OTHERS)) {
  test.serial(`${name} is what it is op by op`, sameAsEager, op);
}
for (const [name, op] of Object.entries(DIFFERENTIABLE)) {
  const gradient = tf.grad(weighted(op));
  const both: Op = (x) => [...listOf(op(x)), gradient(x)];
  test.serial(`${name} and its gradient are what they are op by op`, sameAsEager, both);
}
