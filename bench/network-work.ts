/** Arithmetic of one training step of the paper's network on 28×28 images. Pure. */

interface Product {
  readonly multiplications: number;
  /** Forward, gradient of the weights, and that of the inputs where something comes before. */
  readonly passes: 2 | 3;
}

const PRODUCTS: readonly Product[] = [
  { multiplications: 28 * 28 * (3 * 3 * 1) * 32, passes: 2 },
  { multiplications: 12 * 12 * (3 * 3 * 32) * 64, passes: 3 },
  { multiplications: 2304 * 600, passes: 3 },
  { multiplications: 600 * 120, passes: 3 },
  { multiplications: 120 * 10, passes: 3 },
];

/** Multiplications and additions of the products alone, forward and backward, for one image. */
export const FLOP_PER_IMAGE = PRODUCTS.reduce(
  (sum, { multiplications, passes }) => sum + 2 * multiplications * passes,
  0,
);

/** What training at this speed takes of a processor, in GFLOP/s. */
export const trainingGigaflops = (imagesPerSecond: number): number =>
  (imagesPerSecond * FLOP_PER_IMAGE) / 1e9;

/** Speed of a product of two square matrices of this size, in GFLOP/s. */
export const productGigaflops = (size: number, seconds: number): number =>
  (2 * size ** 3) / seconds / 1e9;
