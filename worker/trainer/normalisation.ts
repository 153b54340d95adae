/** Mean and standard deviation of pixel values, on the scale 0–255. */
export interface Normalisation {
  readonly mean: number;
  readonly std: number;
}

/**
 * Mean and (population) standard deviation over all pixels of the chosen images. Exact until the
 * last division, so the order of the images cannot matter. Where all pixels are equal, std is 1:
 * they become 0.
 *
 * @param pixels - [count, imageSize], 0–255
 * @param imageSize - numbers per image
 * @param indices - which images
 */
export function pixelNormalisation(
  pixels: Uint8Array,
  imageSize: number,
  indices: Int32Array,
): Normalisation {
  const histogram = pixelHistogram(pixels, imageSize, indices);
  const count = BigInt(indices.length) * BigInt(imageSize);
  let sum = 0n;
  let sumOfSquares = 0n;
  for (const [value, frequency] of histogram.entries()) {
    sum += BigInt(value * frequency);
    sumOfSquares += BigInt(value * value) * BigInt(frequency);
  }
  const mean = Number(sum) / Number(count);
  const variance = Number(count * sumOfSquares - sum * sum) / Number(count * count);
  return { mean, std: variance === 0 ? 1 : Math.sqrt(variance) };
}

function pixelHistogram(pixels: Uint8Array, imageSize: number, indices: Int32Array): Float64Array {
  const histogram = new Float64Array(256);
  for (const index of indices) {
    const end = (index + 1) * imageSize;
    for (let position = index * imageSize; position < end; position++) {
      const value = pixels[position] as number;
      histogram[value] = (histogram[value] as number) + 1;
    }
  }
  return histogram;
}
