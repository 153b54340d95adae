import type { LayerVariable, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { firstConvolution, isFewTaps } from './first-convolution.ts';
import { endsInRelu, LINEAR, type Readable, withProperties } from './layer-properties.ts';
import type { FusedPass, Layer } from './layer.ts';
import type { TensorFlow } from './load.ts';
import { biasAdd, dilateKernel } from './ops.ts';

/** What is read of Dense and of the convolutions. */
export interface ConvolutionLayer extends Layer {
  readonly kernel?: LayerVariable | null;
  readonly depthwiseKernel?: LayerVariable | null;
  readonly bias: LayerVariable | null;
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';
  readonly dilationRate?: readonly number[];
  readonly dataFormat?: string;
  readonly activation: { readonly apply: (x: Tensor) => Tensor };
}

/** The training pass of Dense and of the convolutions, where it is another than tfjs'. */
export function convolutionPass(
  tf: TensorFlow,
  layer: ConvolutionLayer,
  { isFirst = false }: { readonly isFirst?: boolean } = {},
): FusedPass | undefined {
  const isPlain = layer.getClassName() === 'Conv2D' && layer.dataFormat === 'channelsLast';
  return isPlain ? conv2dPass(tf, layer, isFirst) : activatedPass(tf, layer);
}

/** Convolution by `conv2d` and `biasAdd`: unlike stock's fused one, it leaves out the gradient of the image. */
function conv2dPass(tf: TensorFlow, layer: ConvolutionLayer, isFirst: boolean): FusedPass {
  const activate = endsInRelu(layer) ? (y: Tensor) => y : (y: Tensor) => layer.activation.apply(y);
  return (x) => {
    const kernel = (undilated(tf, layer)['kernel'] ?? layer.kernel) as Readable;
    const { strides, padding, bias } = layer;
    const filter = kernel.read() as Tensor4D;
    if (isFirst && bias && isFewTaps(filter.shape)) {
      const by = { filter, bias: bias.read() as Tensor1D, strides, padding };
      return activate(firstConvolution(tf, x as Tensor4D, by));
    }
    const convolved = tf.conv2d(x as Tensor4D, filter, strides, padding);
    return activate(bias ? biasAdd(tf, convolved, bias.read() as Tensor1D) : convolved);
  };
}

/** The stock pass, but without its ReLU and its dilation. */
function activatedPass(tf: TensorFlow, layer: ConvolutionLayer): FusedPass | undefined {
  const activation = endsInRelu(layer) ? { activation: LINEAR } : {};
  const isDilated = layer.dilationRate?.some((rate) => rate !== 1) ?? false;
  if (!endsInRelu(layer) && !isDilated) return undefined;
  return (_x, _options, stock) =>
    withProperties(layer, { ...activation, ...undilated(tf, layer) }, stock);
}

/**
 * The inference of a dilated separable convolution: on processors that TensorFlow does not use
 * oneDNN on, it has no dilated one of single channels.
 */
export function dilatedSeparablePass(
  tf: TensorFlow,
  layer: ConvolutionLayer,
): ((x: Tensor, stock: () => Tensor) => Tensor) | undefined {
  const isDilated = layer.dilationRate?.some((rate) => rate !== 1) ?? false;
  if (layer.getClassName() !== 'SeparableConv2D' || !isDilated) return undefined;
  return (_x, stock) => withProperties(layer, undilated(tf, layer), stock);
}

/** What makes a dilated layer one without dilation that computes the same. */
function undilated(tf: TensorFlow, layer: ConvolutionLayer): Readonly<Record<string, unknown>> {
  const { dilationRate: rates = [] } = layer;
  if (rates.every((rate) => rate === 1)) return {};
  const key = layer.depthwiseKernel ? 'depthwiseKernel' : 'kernel';
  const kernel = layer[key];
  if (!kernel) return {};
  const spread: Readable = { read: () => dilateKernel(tf, kernel.read(), rates) };
  return { [key]: spread, dilationRate: rates.map(() => 1) };
}
