// Trains a small network with the compiled step: node examples/compiled-step.js
import { compile, createProgram, dropout, loadTensorFlow } from 'foldwise/engine';

const SIDE = 16;
const BATCH = 64;
const STEPS = 150;

const tf = loadTensorFlow();

// Stripes across, or stripes down, under noise.
function drawBatch() {
  const pixels = new Float32Array(BATCH * SIDE * SIDE);
  const labels = new Int32Array(BATCH);
  for (let image = 0; image < BATCH; image++) {
    const label = Math.random() < 0.5 ? 0 : 1;
    labels[image] = label;
    for (let pixel = 0; pixel < SIDE * SIDE; pixel++) {
      const position = label === 0 ? Math.floor(pixel / SIDE) : pixel % SIDE;
      pixels[image * SIDE * SIDE + pixel] = (position % 4 < 2 ? 1 : 0) + 2 * Math.random();
    }
  }
  return { pixels, labels };
}

const features = tf.sequential({
  layers: [
    tf.layers.conv2d({
      inputShape: [SIDE, SIDE, 1],
      filters: 8,
      kernelSize: 3,
      activation: 'relu',
    }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
  ],
});
const classifier = tf.sequential({ layers: [tf.layers.dense({ inputShape: [392], units: 2 })] });
const optimizer = tf.train.adam(0.003);

/** @typedef {import('foldwise/engine').TensorFlow} TensorFlow */
/** @typedef {ReturnType<TensorFlow['tensor']>} Tensor */

// Ordinary tfjs code. Whatever differs from call to call is an input, the seed of dropout too.
/** @param {{ pixels: Tensor, labels: Tensor, seed: Tensor }} inputs */
function train({ pixels, labels, seed }) {
  const loss = optimizer.minimize(() => {
    const hidden = /** @type {Tensor} */ (features.apply(pixels));
    const kept = dropout(tf, hidden, 0.3, seed.as1D());
    const logits = /** @type {Tensor} */ (classifier.apply(kept));
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels.as1D(), 2), logits).asScalar();
  }, true);
  return { loss: /** @type {Tensor} */ (loss) };
}

/** @param {{ pixels: Tensor }} inputs */
function predict({ pixels }) {
  const logits = /** @type {Tensor} */ (classifier.apply(features.apply(pixels)));
  return { classes: tf.argMax(logits, 1) };
}

// Both work on the same weights, which stay on the device.
const program = createProgram(tf);
const pixels = /** @type {const} */ ({ shape: [null, SIDE, SIDE, 1], dtype: 'float32' });
const trainStep = compile(tf, train, {
  program,
  inputs: {
    pixels,
    labels: { shape: [null], dtype: 'int32' },
    seed: { shape: [2], dtype: 'int32' },
  },
});
const predictStep = compile(tf, predict, { program, inputs: { pixels } });

for (let step = 0; step < STEPS; step++) {
  const { loss } = await trainStep.run({ ...drawBatch(), seed: Int32Array.of(7, step) });
  if (step % 50 === 0) process.stdout.write(`step ${step}: loss ${loss.values[0]?.toFixed(3)}\n`);
}

const batch = drawBatch();
const { classes } = await predictStep.run({ pixels: batch.pixels });
const right = batch.labels.filter((label, image) => label === classes.values[image]).length;
process.stdout.write(`${right} of ${BATCH} new images are told right\n`);

// From here on the model is any tfjs model: predict, save.
await program.store();
await program.close();
