import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { DatasetPart, ImageShape } from '../../shared/domain.ts';
import { DataError } from '../../shared/errors.ts';
import { gatherImages, imageTensor } from '../engine/bytes.ts';
import type { TensorFlow } from '../engine/load.ts';

export interface DeviceBatch {
  /** Raw pixels 0–255 as floats, [batch, height, width, channels]. */
  readonly pixels: Tensor4D;
  /** int32 [batch] */
  readonly labels: Tensor1D;
}

/** A part of a dataset on the device. */
export interface DeviceData {
  readonly images: Tensor4D;
  /** int32 [count] */
  readonly labels: Tensor1D;
  /** The same labels in memory. */
  readonly trueLabels: Uint8Array;
  readonly classCount: number;
  /** @param indices - int32 [batch] */
  readonly gather: (indices: Tensor1D) => DeviceBatch;
  readonly dispose: () => void;
}

/** @throws {DataError} for a label without a class */
export function createDeviceData(
  tf: TensorFlow,
  part: DatasetPart,
  { image, classCount }: { readonly image: ImageShape; readonly classCount: number },
): DeviceData {
  const stray = part.labels.findIndex((label) => label >= classCount);
  if (stray >= 0) {
    throw new DataError(
      `Image ${stray} has label ${part.labels[stray]}, but labels must be in 0–${classCount - 1}.`,
    );
  }
  const images = imageTensor(tf, part.pixels, image);
  const labels = tf.tensor1d(Int32Array.from(part.labels), 'int32');
  return {
    images,
    labels,
    trueLabels: part.labels,
    classCount,
    gather: (indices) => ({
      pixels: gatherImages(tf, images, indices),
      labels: tf.gather(labels, indices),
    }),
    dispose: () => tf.dispose([images, labels]),
  };
}
