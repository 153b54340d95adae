import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-node-gpu';
import type { ImageShape } from '../../shared/domain.ts';
import type { Layer } from '../../worker/engine/layer.ts';
import type { TensorFlow } from '../../worker/engine/load.ts';

export interface Data {
  readonly image: ImageShape;
  readonly classCount: number;
}

type Build = (tf: TensorFlow, data: Data) => LayersModel;

const shapeOf = ({ image }: Data): number[] => [image.height, image.width, image.channels];

/** A stack; the first layer is told the shape of the images. */
const stack =
  (layers: (tf: TensorFlow, data: Data) => Layer[]): Build =>
  (tf, data) =>
    tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: shapeOf(data) }), ...layers(tf, data)],
    });

const dense = (tf: TensorFlow, { classCount }: Data): Layer =>
  tf.layers.dense({ units: classCount, activation: 'softmax' });

const rows = (tf: TensorFlow, { image }: Data): Layer =>
  tf.layers.reshape({ targetShape: [image.height, image.width * image.channels] });

const through = (input: SymbolicTensor, ...layers: Layer[]): SymbolicTensor =>
  layers.reduce((x, layer) => layer.apply(x) as SymbolicTensor, input);

/** Networks of many kinds, for images of at least 10×10. */
export const ARCHITECTURES = {
  mlp: stack((tf, data) => [
    tf.layers.flatten(),
    tf.layers.dense({ units: 16, activation: 'relu' }),
    tf.layers.dropout({ rate: 0.3 }),
    tf.layers.dense({ units: 12, activation: 'tanh', kernelRegularizer: 'l1l2' }),
    tf.layers.dropout({ rate: 0.2 }),
    dense(tf, data),
  ]),
  convolutions: stack((tf, data) => [
    tf.layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', padding: 'same' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 8, kernelSize: 3, useBias: false, strides: 2 }),
    tf.layers.batchNormalization(),
    tf.layers.activation({ activation: 'relu' }),
    tf.layers.flatten(),
    tf.layers.batchNormalization({ momentum: 0.8 }),
    tf.layers.dense({ units: data.classCount }),
    tf.layers.softmax(),
  ]),
  dilated: stack((tf, data) => [
    tf.layers.conv2d({ filters: 5, kernelSize: 3, dilationRate: 2, activation: 'elu' }),
    tf.layers.separableConv2d({
      ...{ filters: 6, kernelSize: [3, 2], dilationRate: [2, 1], padding: 'same' },
      ...{ activation: 'relu', depthwiseRegularizer: 'l1l2' },
    }),
    tf.layers.globalAveragePooling2d({}),
    dense(tf, data),
  ]),
  separable: stack((tf, data) => [
    tf.layers.depthwiseConv2d({
      ...{ kernelSize: 3, depthMultiplier: 3, activation: 'relu' },
      ...{ depthwiseRegularizer: 'l1l2' },
    }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.separableConv2d({ filters: 8, kernelSize: 3, activation: 'relu' }),
    tf.layers.batchNormalization({ scale: false }),
    tf.layers.averagePooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.layerNormalization(),
    tf.layers.batchNormalization({ center: false }),
    tf.layers.dense({ units: data.classCount }),
    tf.layers.activation({ activation: 'softmax' }),
  ]),
  noisy: stack((tf, data) => [
    tf.layers.gaussianNoise({ stddev: 0.1 }),
    tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'selu' }),
    tf.layers.alphaDropout({ rate: 0.1 }),
    tf.layers.reshape({ targetShape: [(data.image.height - 2) * (data.image.width - 2), 4] }),
    tf.layers.spatialDropout1d({ rate: 0.2 }),
    tf.layers.flatten(),
    tf.layers.gaussianDropout({ rate: 0.2 }),
    dense(tf, data),
  ]),
  residual: (tf, data) => {
    const { layers } = tf;
    const input = tf.input({ shape: shapeOf(data) });
    const same = { filters: 6, kernelSize: 3, padding: 'same' } as const;
    const start = through(input, layers.conv2d(same), layers.batchNormalization(), layers.reLU());
    const branch = through(
      start,
      ...[layers.conv2d(same), layers.batchNormalization(), layers.reLU()],
      ...[layers.conv2d({ ...same, kernelInitializer: 'heNormal' }), layers.batchNormalization()],
    );
    const sum = through(layers.add().apply([start, branch]) as SymbolicTensor, layers.reLU());
    const pooled = through(sum, layers.maxPooling2d({ poolSize: 2 }));
    const averaged = through(sum, layers.averagePooling2d({ poolSize: 2 }));
    const both = layers.concatenate().apply([pooled, averaged]) as SymbolicTensor;
    const output = through(both, layers.globalMaxPooling2d({}), dense(tf, data));
    return tf.model({ inputs: input, outputs: output });
  },
  nested: (tf, data) => {
    const input = tf.input({ shape: shapeOf(data) });
    const features = tf.sequential({
      name: 'features',
      layers: [
        tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: shapeOf(data) }),
        tf.layers.activation({ activation: 'relu' }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.dropout({ rate: 0.2 }),
        tf.layers.flatten(),
      ],
    });
    const { height, width } = data.image;
    const size = Math.floor((height - 2) / 2) * Math.floor((width - 2) / 2) * 4;
    const between = tf.input({ shape: [size] });
    const head = tf.model({
      name: 'head',
      inputs: between,
      outputs: through(between, tf.layers.dense({ units: 8, activation: 'relu' }), dense(tf, data)),
    });
    return tf.model({ inputs: input, outputs: through(input, features, head) });
  },
  shared: (tf, data) => {
    const input = tf.input({ shape: shapeOf(data) });
    const inner = tf.sequential({
      name: 'inner',
      layers: [
        tf.layers.dense({ units: 6, inputShape: [6], activation: 'relu' }),
        tf.sequential({ layers: [tf.layers.dense({ units: 6, inputShape: [6] })] }),
      ],
    });
    const first = through(input, tf.layers.flatten(), tf.layers.dense({ units: 6 }));
    const [norm, twice] = [tf.layers.batchNormalization(), tf.layers.dense({ units: 6 })];
    const both = [through(first, norm, twice, twice, inner), through(first, norm, inner)];
    const sum = tf.layers.add().apply(both) as SymbolicTensor;
    return tf.model({ inputs: input, outputs: through(sum, dense(tf, data)) });
  },
  recurrent: stack((tf, data) => [
    rows(tf, data),
    tf.layers.bidirectional({
      layer: tf.layers.lstm({ units: 5, returnSequences: true }),
      mergeMode: 'concat',
    }),
    tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4, activation: 'relu' }) }),
    tf.layers.gru({ units: 6, kernelRegularizer: 'l1l2' }),
    dense(tf, data),
  ]),
  scaled: stack((tf, data) => [
    tf.layers.rescaling({ scale: 1 / 255 }),
    tf.layers.flatten(),
    tf.layers.prelu(),
    dense(tf, data),
  ]),
} satisfies Record<string, Build>;

export type ArchitectureName = keyof typeof ARCHITECTURES;

/** The text of a `model.json` without weights, layers named as by a process that built no others. */
export function architectureText(tf: TensorFlow, name: ArchitectureName, data: Data): string {
  const model = ARCHITECTURES[name](tf, data);
  const topology = model.toJSON(null, false);
  model.dispose();
  return JSON.stringify({ format: 'layers-model', modelTopology: topology });
}
