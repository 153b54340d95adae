import test from 'ava';
import type { Scalar, SymbolicTensor, Tensor2D, Variable } from '@tensorflow/tfjs-node-gpu';
import { createDeviceData } from '../../../worker/trainer/device-data.ts';
import { drawInitialWeights } from '../../../worker/trainer/initial-weights.ts';
import { createModel } from '../../../worker/trainer/model.ts';
import { createNetwork } from '../../../worker/trainer/network.ts';
import { createAdam } from '../../../worker/trainer/optimizer.ts';
import { createEagerStep } from '../../../worker/trainer/eager-step.ts';
import { defineStep, parametersOf } from '../../../worker/trainer/step.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';
import { tinyDataset } from '../../helpers/tiny-fold.ts';

const shape = { image: tinyDataset.image, classCount: 3 };
const indices = Int32Array.of(5, 80, 13, 2, 77, 40, 41, 3);

function setUp({ dropout = 0, weightDecay = 0 } = {}) {
  const model = createModel(tf, { ...shape, dropout, normalisation: { mean: 120, std: 60 } });
  drawInitialWeights(tf, model, { seed: 2, fold: 0 });
  const data = createDeviceData(tf, tinyDataset.train, shape);
  const network = createNetwork(tf, model, 'it');
  const adam = createAdam(tf, parametersOf(model), { weightDecay });
  const definition = defineStep(tf, { network, data, adam });
  const step = createEagerStep(tf, definition, { dropoutSeed: 1 });
  return { model, data, adam, definition, step };
}

/** The gradients, loss and hits of the same batch by stock layers and unfused ops alone. */
async function byStockTfjs(model: ReturnType<typeof setUp>['model']) {
  const stock = await tf.models.modelFromJSON(model.toJSON(null, false) as never);
  stock.setWeights(model.getWeights());
  const outputs = stock.getLayer('logits').output as SymbolicTensor;
  const network = tf.model({ inputs: stock.inputs, outputs });
  const { image, train } = tinyDataset;
  const pixels = [...indices].flatMap((index) => [
    ...train.pixels.subarray(index * 100, index * 100 + 100),
  ]);
  const x = tf.tensor4d(pixels, [indices.length, image.height, image.width, 1]);
  const labels = tf.tensor1d(Int32Array.from(indices, (index) => train.labels[index]!));
  const truth = tf.oneHot(labels, 3);
  const f = (): Scalar => {
    const logits = network.apply(x, { training: true }) as Tensor2D;
    return tf.losses.softmaxCrossEntropy(truth, logits).asScalar();
  };
  const variables = stock.trainableWeights.map((weight) => weight.read() as Variable);
  const { value, grads } = tf.variableGrads(f, variables);
  return { loss: value.dataSync()[0]!, gradients: variables.map(({ name }) => grads[name]!) };
}

test.serial('the gradients of a step are those of stock layers and unfused ops', async (t) => {
  const { model, adam, step } = setUp();
  const plain = await byStockTfjs(model);
  await step.run({ indices, learningRate: 1e-3, step: 0 });
  const { losses } = await step.take();
  t.true(Math.abs(losses[0]! - plain.loss) < 1e-5);
  const names = model.trainableWeights.map(({ originalName }) => originalName);
  for (const [index, name] of names.entries()) {
    // After the first step, the first moment without its factor is the gradient.
    const ours = adam.state[index * 2]!.dataSync();
    const theirs = plain.gradients[index]!.dataSync();
    const scale = Math.max(...theirs.map(Math.abs), 1e-2);
    t.true(greatestDifference(ours, theirs) < 1e-4 * scale, name);
  }
});

test.serial(
  'weight decay adds to the gradient of every parameter, biases and scales too',
  async (t) => {
    const [without, decayed] = [setUp(), setUp({ weightDecay: 0.5 })];
    for (const { step } of [without, decayed])
      await step.run({ indices, learningRate: 0, step: 0 });
    for (const [index, parameter] of parametersOf(without.model).entries()) {
      const [plain, more] = [without, decayed].map(({ adam }) => adam.state[index * 2]!);
      const wanted = plain!.add(parameter.mul(0.5)).dataSync();
      t.true(greatestDifference(more!.dataSync(), wanted) < 1e-5, parameter.name);
    }
  },
);

test.serial(
  'steps lower the loss of their batch, and tell how many images were right',
  async (t) => {
    const { step } = setUp();
    for (let number = 0; number < 15; number++) {
      await step.run({ indices, learningRate: 1e-3, step: number });
    }
    const { losses, corrects } = await step.take();
    t.true(losses.at(-1)! < losses[0]! / 2);
    t.is(corrects.at(-1), indices.length);
    t.true(corrects[0]! < indices.length);
  },
);

test.serial('dropout differs from step to step, not from one process to the next', async (t) => {
  const loss = async (number: number) => {
    const { step } = setUp({ dropout: 0.5 });
    await step.run({ indices, learningRate: 0, step: number });
    return (await step.take()).losses[0];
  };
  t.is(await loss(1), await loss(1));
  t.not(await loss(1), await loss(2));
});

test.serial('a step leaves its two outcomes on the device, and nothing else', async (t) => {
  const { step } = setUp({ dropout: 0.5 });
  const run = async () => step.run({ indices, learningRate: 1e-3, step: 0 });
  t.is(await leftTensors(run), 2);
  t.is(await leftTensors(async () => step.take()), -2);
});

test.serial('all that a step changes is part of its state', async (t) => {
  const { model, adam, definition, step } = setUp();
  const known = new Set(definition.state);
  t.true(
    [...model.weights.map((weight) => weight.read()), ...adam.state].every((w) => known.has(w)),
  );
  const before = definition.state.map((tensor) => tensor.dataId);
  await step.run({ indices, learningRate: 1e-3, step: 0 });
  const changed = definition.state.filter((tensor, index) => tensor.dataId !== before[index]);
  // Everything but images and labels.
  t.is(changed.length, definition.state.length - 2);
});
