/** Trains compiled for a few steps; prints what came of it and which files came up meanwhile. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-node-gpu';
import { createRandom } from '../../../../../shared/random.ts';
import { compile, dropout, loadTensorFlow } from '../../../../../worker/engine/index.ts';

const BATCH = 32;
const STEPS = 12;
const IMAGE = [8, 8, 2];

const tf = loadTensorFlow();
const { layers } = tf;
const random = createRandom(3, 'synthetic');
const draw = (length: number) => {
  const values = new Float32Array(length);
  random.fillUniform(values, -0.5, 0.5);
  return values;
};
// An empty folder, which takes whatever anybody puts into the temporary folder from now on.
const folder = process.cwd();
process.env['TMPDIR'] = folder;
const files = () => readdirSync(folder, { recursive: true }).map(String);

const features = tf.sequential();
features.add(layers.conv2d({ inputShape: IMAGE, filters: 16, kernelSize: 3, activation: 'relu' }));
features.add(layers.batchNormalization());
features.add(layers.maxPooling2d({ poolSize: 2 }));
features.add(layers.flatten());
const classifier = tf.sequential();
classifier.add(layers.dense({ inputShape: [144], units: 10 }));
const models = [features, classifier];
for (const model of models) {
  model.setWeights(
    model.weights.map(({ shape }) =>
      tf.tensor(draw(tf.util.sizeFromShape(shape as number[])).map(Math.abs), shape as number[]),
    ),
  );
}
const optimizer = tf.train.adam(0.01);
const step = ({ x, seed }: { x: Tensor; seed: Tensor }) => ({
  loss: optimizer.minimize(() => {
    const hidden = features.apply(x, { training: true }) as Tensor;
    const logits = classifier.apply(dropout(tf, hidden, 0.3, seed as Tensor1D)) as Tensor;
    return logits.square().mean();
  }, true)!,
});
const { run, store, close } = compile(tf, step, {
  inputs: {
    x: { shape: [null, ...IMAGE], dtype: 'float32' },
    seed: { shape: [2], dtype: 'int32' },
  },
});
const losses: number[] = [];
for (let index = 0; index < STEPS; index++) {
  const x = draw((index === STEPS - 1 ? BATCH / 2 : BATCH) * 128);
  const { loss } = await run({ x, seed: Int32Array.of(5, index) });
  losses.push(loss.values[0]!);
}
await store();
const hash = createHash('sha256');
for (const weight of models.flatMap((model) => model.getWeights())) hash.update(weight.dataSync());
await close();
process.stdout.write(
  JSON.stringify({
    losses,
    weights: hash.digest('hex'),
    files: files(),
  }),
);
