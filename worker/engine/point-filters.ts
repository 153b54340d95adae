import type * as Tfjs from '@tensorflow/tfjs-node-gpu';
import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu';

type TensorFlow = typeof Tfjs;

const KERNELS = ['Conv2DBackpropFilter', 'DepthwiseConv2dNativeBackpropFilter'];

/** What is read of the attributes of both kernels. */
interface Attributes {
  readonly filterShape: readonly [number, number, number, number];
  readonly strides: number | readonly [number, number];
  readonly dataFormat?: string;
}

const done = new WeakSet<TensorFlow>();

/**
 * Has gradients of filters of 1×1 with strides computed without strides, of the pixels that count:
 * the same sums. The oneDNN of TensorFlow 2.21 writes beyond its memory where one thread computes
 * them on a processor without AVX-512, and the process dies sooner or later
 * (docs/decisions/onednn-everywhere.md). Once for each module; both eager and traced ops go this way.
 */
export function avoidStridedPointFilters(tf: TensorFlow): void {
  if (done.has(tf)) return;
  done.add(tf);
  for (const name of KERNELS) {
    const own = tf.getKernel(name, 'tensorflow');
    tf.unregisterKernel(name, 'tensorflow');
    tf.registerKernel({ ...own, kernelFunc: withoutStrides(tf, own.kernelFunc) });
  }
}

function withoutStrides(
  tf: TensorFlow,
  compute: KernelConfig['kernelFunc'],
): KernelConfig['kernelFunc'] {
  return (args) => {
    const attrs = args.attrs as unknown as Attributes;
    const [rows, columns] = pairOf(attrs.strides);
    const isPoint = attrs.filterShape[0] === 1 && attrs.filterShape[1] === 1;
    const isStrided = rows > 1 || columns > 1;
    if (!isPoint || !isStrided || (attrs.dataFormat ?? 'NHWC') !== 'NHWC') return compute(args);
    const { x, dy } = args.inputs as { readonly x: Tensor; readonly dy: TensorInfo };
    const one = typeof attrs.strides === 'number' ? 1 : [1, 1];
    return tf.tidy(() => {
      const counted = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, rows, columns, 1]);
      return compute({
        ...args,
        inputs: { x: counted, dy },
        attrs: { ...args.attrs, strides: one },
      }) as Tensor;
    });
  };
}

const pairOf = (strides: Attributes['strides']): readonly [number, number] =>
  typeof strides === 'number' ? [strides, strides] : strides;
