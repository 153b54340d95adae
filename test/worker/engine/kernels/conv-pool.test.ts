import test from 'ava';
import fc from 'fast-check';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../../shared/random.ts';
import { convNormPoolInference } from '../../../../worker/engine/norm-pool.ts';
import { hasOwnOps } from '../../../../worker/engine/own-ops.ts';
import { greatestDifference, leftTensors, tf } from '../../../helpers/tensorflow.ts';

hasOwnOps(tf);

interface Case {
  readonly images: readonly [count: number, height: number, width: number, channels: number];
  /** Height and width. */
  readonly kernel: readonly [number, number];
  readonly outputs: number;
  readonly padding: 'same' | 'valid';
  readonly relu: boolean;
  readonly numbers: Readonly<Record<(typeof OF_OUTPUTS)[number] | 'x' | 'filter', Float32Array>>;
}

const OF_OUTPUTS = ['bias', 'gamma', 'beta', 'mean', 'variance'] as const;

function drawCase(sizes: Omit<Case, 'numbers'>, seed: number): Case {
  const random = createRandom(seed, 'synthetic');
  const draw = (shape: readonly number[]): Float32Array => {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    random.fillUniform(values, -1.7, 1.7);
    return values;
  };
  const { images, kernel, outputs } = sizes;
  const [bias, gamma, beta, mean, deviation] = OF_OUTPUTS.map(() => draw([outputs]));
  const variance = deviation!.map((value) => 0.1 + value * value);
  const given = { bias: bias!, gamma: gamma!, beta: beta!, mean: mean!, variance };
  const filter = draw([...kernel, images[3], outputs]);
  return { ...sizes, numbers: { x: draw(images), filter, ...given } };
}

function tensorsOf({ images, kernel, outputs, numbers }: Case) {
  const vectors = OF_OUTPUTS.map((name) => [name, tf.tensor1d(numbers[name])]);
  return {
    x: tf.tensor4d(numbers.x, [...images]),
    filter: tf.tensor4d(numbers.filter, [...kernel, images[3], outputs]),
    ...(Object.fromEntries(vectors) as Record<(typeof OF_OUTPUTS)[number], Tensor1D>),
  };
}

const EPSILON = 1e-3;

function ours(of: Case): number[] {
  const { padding, relu } = of;
  return tf.tidy(() => {
    const tensors = tensorsOf(of);
    const y = convNormPoolInference(tf, { ...tensors, padding, epsilon: EPSILON, relu });
    return [...y.dataSync()];
  });
}

function stock(of: Case): number[] {
  const { padding, relu } = of;
  return tf.tidy(() => {
    const { x, filter, bias, gamma, beta, mean, variance } = tensorsOf(of);
    const convolved = tf.add<Tensor4D>(tf.conv2d(x, filter, 1, padding), bias);
    const normal = tf.batchNorm(convolved, mean, variance, beta, gamma, EPSILON);
    return [...tf.maxPool(relu ? tf.relu(normal) : normal, 2, 2, 'valid').dataSync()];
  });
}

/** Relative to the greatest number where that is above 1. */
function difference(of: Case): number {
  const [found, wanted] = [ours(of), stock(of)];
  if (found.length !== wanted.length) return Infinity;
  const size = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return greatestDifference(found, wanted) / size;
}

const PAPERS = { kernel: [3, 3], outputs: 32, padding: 'same', relu: true } as const;

test('the first block of the network of the paper is that of the ops of TensorFlow', (t) => {
  t.true(difference(drawCase({ ...PAPERS, images: [40, 28, 28, 1] }, 1)) < 1e-5);
});

test('whatever the sizes and numbers, the values are those of the ops of TensorFlow', (t) => {
  const side = fc.integer({ min: 2, max: 9 });
  const few = fc.integer({ min: 1, max: 4 });
  const outputs = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(16, 32));
  const sizes = fc.tuple(few, side, side, few, few, few, outputs);
  const padding = fc.constantFrom('same' as const, 'valid' as const);
  fc.assert(
    fc.property(
      sizes,
      padding,
      fc.boolean(),
      fc.nat(1e6),
      ([n, h, w, c, p, q, o], pad, relu, seed) => {
        // Two rows and columns of values at least, for one window.
        const room = (image: number, kernel: number): number =>
          pad === 'valid' ? Math.max(image, kernel + 1) : image;
        const images = [n, room(h, p), room(w, q), c] as const;
        const of = drawCase({ images, kernel: [p, q], outputs: o, padding: pad, relu }, seed);
        t.true(difference(of) < 1e-5);
      },
    ),
  );
});

test('statistics that are no numbers are passed on, each to its output', (t) => {
  const drawn = drawCase({ ...PAPERS, outputs: 18, images: [2, 6, 6, 1] }, 7);
  for (const part of OF_OUTPUTS) {
    const broken = drawn.numbers[part].map((value, at) => (at === 17 ? NaN : value));
    const found = ours({ ...drawn, numbers: { ...drawn.numbers, [part]: broken } });
    t.true(found.every((y, at) => Number.isNaN(y) === (at % 18 === 17)));
  }
});

test('numbers that do not fit are refused', (t) => {
  const drawn = drawCase({ ...PAPERS, images: [2, 6, 6, 1] }, 7);
  const refused = (changes: Partial<Case>): void =>
    void t.throws(() => ours({ ...drawn, ...changes }), {
      message: /expected images, filters and statistics that fit/,
    });
  for (const part of OF_OUTPUTS) {
    refused({ numbers: { ...drawn.numbers, [part]: Float32Array.of(1, 2) } });
  }
  refused(drawCase({ ...PAPERS, padding: 'valid', images: [2, 3, 6, 1] }, 7));
});

test('it leaves no tensor behind', async (t) => {
  const of = drawCase({ ...PAPERS, images: [2, 6, 6, 1] }, 8);
  t.is(await leftTensors(() => ours(of)), 0);
});
