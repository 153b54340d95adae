/** Sorts images into sets that are the same byte for byte. Pure. */

/** Gives the same number for the same bytes; where different bytes share it, they are compared. */
export type ImageHash = (pixels: Uint8Array, offset: number, imageBytes: number) => number;

/** Some images by their content. */
export interface ImageIndex {
  /** For each image the first one identical to it: itself unless an earlier one is. */
  readonly firstTwins: Int32Array;
  /** The first image identical to image `index` of other pixels; none where there is none. */
  readonly find: (pixels: Uint8Array, index: number) => number | undefined;
}

/**
 * Indexes images by content: a hash finds the candidates, their bytes decide.
 *
 * @param pixels - [count, imageBytes]
 * @throws RangeError where `pixels` is no whole number of images
 */
export function indexImages(
  pixels: Uint8Array,
  imageBytes: number,
  hash: ImageHash = hashImage,
): ImageIndex {
  const firstTwins = new Int32Array(countImages(pixels, imageBytes));
  // By hash the latest image that equals none before it; from there a chain to those before.
  const latest = new Map<number, number>();
  const previous = new Int32Array(firstTwins.length);
  const search = (others: Uint8Array, index: number, key: number): number | undefined => {
    let candidate = latest.get(key) ?? -1;
    while (candidate >= 0) {
      if (isSameImage(pixels, candidate, others, index, imageBytes)) return candidate;
      candidate = previous[candidate] as number;
    }
    return undefined;
  };
  for (let index = 0; index < firstTwins.length; index++) {
    const key = hash(pixels, index * imageBytes, imageBytes);
    const twin = search(pixels, index, key);
    firstTwins[index] = twin ?? index;
    if (twin !== undefined) continue;
    previous[index] = latest.get(key) ?? -1;
    latest.set(key, index);
  }
  return {
    firstTwins,
    find: (others, index) => search(others, index, hash(others, index * imageBytes, imageBytes)),
  };
}

/** How many images of `imageBytes` each lie in `pixels`. */
export function countImages(pixels: Uint8Array, imageBytes: number): number {
  const count = pixels.length / imageBytes;
  if (!Number.isInteger(count) || imageBytes < 1) {
    throw new RangeError(`expected images of ${imageBytes} bytes, got ${pixels.length} in all`);
  }
  return count;
}

/** Two multiplicative hashes in the manner of FNV-1a side by side: 53 bits, exact in a number. */
const hashImage: ImageHash = (pixels, offset, imageBytes) => {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let position = offset; position < offset + imageBytes; position++) {
    const byte = pixels[position] as number;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x85ebca6b);
  }
  return (high >>> 0) * 0x20_0000 + (low >>> 11);
};

function isSameImage(
  a: Uint8Array,
  indexInA: number,
  b: Uint8Array,
  indexInB: number,
  imageBytes: number,
): boolean {
  const offsetInA = indexInA * imageBytes;
  const offsetInB = indexInB * imageBytes;
  for (let position = 0; position < imageBytes; position++) {
    if (a[offsetInA + position] !== b[offsetInB + position]) return false;
  }
  return true;
}
