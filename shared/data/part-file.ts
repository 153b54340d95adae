import type { DatasetPart, ImageShape, PartInfo } from '../domain.ts';
import { DataError } from '../errors.ts';
import { sha256 } from './digest.ts';

/**
 * A part of a dataset as bytes, for the network and for caches: the label of every image, one byte
 * each, then the pixels. So the SHA-256 of the file is the digest of the part.
 */
export function encodePart({ labels, pixels }: DatasetPart): Uint8Array {
  const bytes = new Uint8Array(labels.length + pixels.length);
  bytes.set(labels);
  bytes.set(pixels, labels.length);
  return bytes;
}

/** The size of a part's file. */
export function partSizeBytes(count: number, image: ImageShape): number {
  return count * (1 + imageSizeBytes(image));
}

/** "28×28×1": height, width, channels. */
export const shapeText = ({ height, width, channels }: ImageShape): string =>
  `${height}×${width}×${channels}`;

export const imageSizeBytes = ({ height, width, channels }: ImageShape): number =>
  height * width * channels;

/**
 * Reads a part back. The result shares the memory of `bytes`.
 *
 * @throws DataError unless length and digest are those expected
 */
export function decodePart(
  bytes: Uint8Array,
  expected: PartInfo & { readonly image: ImageShape },
): DatasetPart {
  const { count, image, digest } = expected;
  const sizeBytes = partSizeBytes(count, image);
  if (bytes.length !== sizeBytes) {
    throw new DataError(
      `a part of ${count} images of ${shapeText(image)} takes ` +
        `${sizeBytes} bytes, got ${bytes.length}: fetch it again`,
    );
  }
  const actual = sha256(bytes);
  if (actual !== digest) {
    throw new DataError(
      `a part of the dataset is damaged: expected SHA-256 ${digest}, got ${actual}: fetch it again`,
    );
  }
  return { labels: bytes.subarray(0, count), pixels: bytes.subarray(count) };
}
