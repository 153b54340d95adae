import type { layers as Layers, SymbolicTensor, Tensor, Tensor1D } from '@tensorflow/tfjs-node-gpu';
import { dropout } from '../../../../worker/engine/ops.ts';
import { tf } from '../../../helpers/tensorflow.ts';
import type { Network } from './agreement.ts';

export type Layer = Layers.Layer;
const { layers } = tf;

type Build = () => Network;
type Some = number | [number, number];

/** A stack of layers on inputs of a shape. */
export function stack(inputShape: number[], ...make: (() => Layer)[]): Build {
  return () => {
    const model = tf.sequential();
    model.add(layers.inputLayer({ inputShape }));
    for (const layer of make) model.add(layer());
    return { model };
  };
}

/** A network of any shape. */
export function network(
  inputShape: number[],
  connect: (x: SymbolicTensor) => SymbolicTensor,
): Build {
  return () => {
    const input = tf.input({ shape: inputShape });
    return { model: tf.model({ inputs: input, outputs: connect(input) }) };
  };
}

export const on = (layer: Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor =>
  layer.apply(x) as SymbolicTensor;

/** Two dense layers side by side, joined. */
const joined = (join: () => Layer): Build =>
  network([4], (x) => on(join(), [on(dense(3)(), x), on(dense(3)(), x)]));

const dense = (units: number, activation?: string) => () =>
  layers.dense({ units, ...(activation && { activation: activation as 'relu' }) });
// A bias in front of batch normalisation has no gradient but rounding, which Adam makes a step.
const plain = () => layers.dense({ units: 5, useBias: false });
const conv =
  (filters: number, useBias = true) =>
  () =>
    layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias });
const flatten = () => layers.flatten();
const norm = () => layers.batchNormalization();

const ROW = [4];
const SERIES = [5, 3];
const IMAGE = [6, 6, 2];
const kernelSize: Some = 2;
const poolSize = 2;

const residual = network(IMAGE, (x) => {
  const branch = [conv(2, false), norm, () => layers.reLU(), conv(2, false), norm].reduce(
    (y, layer) => on(layer(), y),
    x,
  );
  const sum = on(layers.reLU(), on(layers.add(), [x, branch]));
  return on(dense(3, 'softmax')(), on(layers.globalAveragePooling2d({}), sum));
});

function seededDropout(): Network {
  const { model } = stack(ROW, dense(5), dense(3))();
  const [first, second] = model.layers.slice(-2) as [Layer, Layer];
  const apply = (x: Tensor, seed: Tensor) =>
    second.apply(dropout(tf, first.apply(x) as Tensor, 0.4, seed as Tensor1D)) as Tensor;
  return { model, apply };
}

const words = (...make: (() => Layer)[]): Build => {
  const build = stack([5], ...make);
  return () => ({ ...build(), vocabulary: 7 });
};
const embedding = (maskZero: boolean) => () =>
  layers.embedding({ inputDim: 7, outputDim: 3, maskZero });

const ACTIVATIONS = [
  ...['relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softmax', 'softplus'],
  ...['softsign', 'swish', 'mish', 'linear'],
];

/** Networks, each for the layer that it is named after. */
export const NETWORKS: Readonly<Record<string, Build>> = {
  dense: stack(ROW, dense(5), dense(3)),
  conv1d: stack(SERIES, () => layers.conv1d({ filters: 4, kernelSize }), flatten),
  conv2d: stack(IMAGE, conv(4), flatten, dense(3)),
  'conv2d with strides': stack(IMAGE, () => layers.conv2d({ filters: 3, kernelSize, strides: 2 })),
  conv2dTranspose: stack(IMAGE, () =>
    layers.conv2dTranspose({ filters: 3, kernelSize, strides: 2 }),
  ),
  conv3d: stack([3, 3, 3, 1], () => layers.conv3d({ filters: 2, kernelSize }), flatten),
  depthwiseConv2d: stack(IMAGE, () => layers.depthwiseConv2d({ kernelSize, depthMultiplier: 2 })),
  separableConv2d: stack(IMAGE, () => layers.separableConv2d({ filters: 4, kernelSize })),
  'batchNormalization of images': stack(IMAGE, conv(4, false), norm, flatten, dense(3)),
  'batchNormalization of rows': stack(ROW, plain, norm, dense(3)),
  'batchNormalization behind a bias': stack(ROW, dense(5), norm, dense(3)),
  'batchNormalization of series': stack(SERIES, norm, flatten, dense(3)),
  layerNormalization: stack(ROW, dense(5), () => layers.layerNormalization(), dense(3)),
  maxPooling1d: stack(SERIES, () => layers.maxPooling1d({ poolSize }), dense(2)),
  maxPooling2d: stack(IMAGE, conv(3), () => layers.maxPooling2d({}), dense(2)),
  averagePooling1d: stack(SERIES, () => layers.averagePooling1d({ poolSize }), dense(2)),
  averagePooling2d: stack(IMAGE, conv(3), () => layers.averagePooling2d({}), dense(2)),
  globalMaxPooling1d: stack(SERIES, () => layers.globalMaxPooling1d({}), dense(2)),
  globalMaxPooling2d: stack(IMAGE, conv(3), () => layers.globalMaxPooling2d({}), dense(2)),
  globalAveragePooling1d: stack(SERIES, () => layers.globalAveragePooling1d({}), dense(2)),
  globalAveragePooling2d: stack(IMAGE, conv(3), () => layers.globalAveragePooling2d({})),
  reLU: stack(ROW, dense(5), () => layers.reLU({ maxValue: 1 }), dense(3)),
  leakyReLU: stack(ROW, dense(5), () => layers.leakyReLU(), dense(3)),
  prelu: stack(ROW, dense(5), () => layers.prelu(), dense(3)),
  elu: stack(ROW, dense(5), () => layers.elu(), dense(3)),
  softmax: stack(ROW, dense(5), () => layers.softmax()),
  reshape: stack(ROW, dense(6), () => layers.reshape({ targetShape: [2, 3] }), dense(3)),
  permute: stack(SERIES, () => layers.permute({ dims: [2, 1] }), dense(3)),
  repeatVector: stack(ROW, dense(3), () => layers.repeatVector({ n: 3 }), dense(3)),
  upSampling2d: stack(IMAGE, conv(2), () => layers.upSampling2d({ size: [2, 2] }), conv(2)),
  zeroPadding2d: stack(IMAGE, conv(2), () => layers.zeroPadding2d({ padding: 1 }), conv(2)),
  cropping2D: stack(IMAGE, conv(2), () =>
    layers.cropping2D({
      cropping: [
        [1, 1],
        [1, 0],
      ],
    }),
  ),
  embedding: words(embedding(false), flatten, dense(2)),
  'embedding with a mask': words(embedding(true), () => layers.lstm({ units: 3 })),
  simpleRNN: stack(SERIES, () => layers.simpleRNN({ units: 4 }), dense(2)),
  lstm: stack(SERIES, () => layers.lstm({ units: 4 }), dense(2)),
  gru: stack(SERIES, () => layers.gru({ units: 4 }), dense(2)),
  timeDistributed: stack(
    SERIES,
    () => layers.simpleRNN({ units: 4, returnSequences: true }),
    () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
  ),
  bidirectional: stack(SERIES, () =>
    layers.bidirectional({ layer: layers.gru({ units: 3 }), mergeMode: 'concat' }),
  ),
  add: joined(() => layers.add()),
  multiply: joined(() => layers.multiply()),
  average: joined(() => layers.average()),
  maximum: joined(() => layers.maximum()),
  concatenate: joined(() => layers.concatenate()),
  dot: joined(() => layers.dot({ axes: 1 })),
  'a residual network': residual,
  'dropout by a seed': seededDropout,
  ...Object.fromEntries(
    ACTIVATIONS.map((name) => [`activation ${name}`, stack(ROW, dense(5, name), dense(3))]),
  ),
};
