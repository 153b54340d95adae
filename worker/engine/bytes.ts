import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { ImageShape } from '../../shared/domain.ts';
import type { TensorFlow } from './load.ts';
import { runSingleOp } from './raw-op.ts';

/**
 * Images on the device as bytes, a quarter of their size as floats. tfjs has no such type: it
 * takes the tensor for an int32 one, so only the functions here can read it.
 */

/**
 * Puts images on the device.
 *
 * @param pixels - [count, height, width, channels], 0–255
 */
export function imageTensor(tf: TensorFlow, pixels: Uint8Array, image: ImageShape): Tensor4D {
  const { height, width, channels } = image;
  return byteTensor(tf, pixels, [-1, height, width, channels]) as Tensor4D;
}

/** Puts bytes on the device. @param shape - with −1 for at most one side, which follows */
export function byteTensor(tf: TensorFlow, values: Uint8Array, shape: readonly number[]): Tensor {
  return tf.tidy(() => {
    const bytes = runSingleOp(tf, 'DecodeRaw', {
      inputs: [tf.tensor1d([values], 'string')],
      attributes: { out_type: { type: 'uint8' }, little_endian: { bool: true } },
    });
    return runSingleOp(tf, 'Reshape', {
      inputs: [bytes, tf.tensor1d([...shape], 'int32')],
      attributes: { T: { type: 'uint8' }, Tshape: { type: 'int32' } },
    });
  });
}

/** The images at `indices` (int32 [batch]) as floats 0–255. */
export function gatherImages(tf: TensorFlow, images: Tensor4D, indices: Tensor1D): Tensor4D {
  return tf.tidy<Tensor4D>(() => {
    const bytes: Tensor = runSingleOp(tf, 'GatherV2', {
      inputs: [images, indices, tf.scalar(0, 'int32')],
      attributes: {
        batch_dims: { int: 0 },
        Tparams: { type: 'uint8' },
        Tindices: { type: 'int32' },
        Taxis: { type: 'int32' },
      },
    });
    return floatImages(tf, bytes as Tensor4D);
  });
}

/** Images as floats 0–255. */
export function floatImages(tf: TensorFlow, bytes: Tensor4D): Tensor4D {
  return runSingleOp(tf, 'Cast', {
    inputs: [bytes],
    attributes: {
      SrcT: { type: 'uint8' },
      DstT: { type: 'float32' },
      Truncate: { bool: false },
    },
  }) as Tensor4D;
}
