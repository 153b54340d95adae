import type { Dataset, DatasetPart, ImageShape } from '../domain.ts';
import { createRandom } from '../random.ts';
import { FASHION_CLASSES } from './classes.ts';
import { bag } from './synthetic/bag.ts';
import { ankleBoot, sandal, sneaker } from './synthetic/footwear.ts';
import type { Garment } from './synthetic/garment.ts';
import { drawPicture } from './synthetic/picture.ts';
import { coat, dress, pullover, shirt, tShirt } from './synthetic/tops.ts';
import { trouser } from './synthetic/trouser.ts';

/** In the order of {@link FASHION_CLASSES}. */
const GARMENTS: readonly Garment[] = [
  tShirt,
  trouser,
  pullover,
  dress,
  coat,
  sandal,
  shirt,
  sneaker,
  bag,
  ankleBoot,
];

const IMAGE: ImageShape = { height: 28, width: 28, channels: 1 };

export const TRAIN_COUNT = 6000;
export const TEST_COUNT = 1000;

export interface SyntheticOptions {
  /** Default 0: one fixed set, the same everywhere, whatever the seed of the run. */
  readonly seed?: number;
  /** Default {@link TRAIN_COUNT}. */
  readonly trainCount?: number;
  /** Default {@link TEST_COUNT}. */
  readonly testCount?: number;
}

/**
 * Draws the embedded dataset: garment silhouettes of the ten Fashion-MNIST classes, 28×28 grey,
 * classes within one of equal size, in shuffled order. Pure: the same options give the same bytes
 * on every machine. The picture of the n-th example of a class depends on (seed, part, class, n)
 * alone, so a larger set holds the smaller one's pictures.
 */
export function syntheticDataset(options: SyntheticOptions = {}): Dataset {
  const drawing = drawSyntheticDataset(options);
  let step = drawing.next();
  while (step.done !== true) step = drawing.next();
  return step.value;
}

/** The same picture by picture, for programs that have other things to do in between. */
export function* drawSyntheticDataset(
  options: SyntheticOptions = {},
): Generator<undefined, Dataset, undefined> {
  const { seed = 0, trainCount = TRAIN_COUNT, testCount = TEST_COUNT } = options;
  return {
    name: 'synthetic',
    synthetic: true,
    classes: FASHION_CLASSES,
    image: IMAGE,
    train: yield* drawPart(seed, 'train', trainCount),
    test: yield* drawPart(seed, 'test', testCount),
  };
}

function* drawPart(
  seed: number,
  part: 'train' | 'test',
  count: number,
): Generator<undefined, DatasetPart, undefined> {
  const size = IMAGE.height * IMAGE.width;
  const order = createRandom(seed, 'synthetic', part).shuffle(
    Int32Array.from({ length: count }, (_, index) => index),
  );
  const labels = new Uint8Array(count);
  const pixels = new Uint8Array(count * size);
  for (const [label, garment] of GARMENTS.entries()) {
    for (let index = label; index < count; index += GARMENTS.length) {
      const place = order[index] ?? 0;
      labels[place] = label;
      const number = (index - label) / GARMENTS.length;
      const random = createRandom(seed, 'synthetic', part, label, number);
      drawPicture(garment, IMAGE, random, pixels.subarray(place * size, (place + 1) * size));
      yield;
    }
  }
  return { labels, pixels };
}
