import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { LayersModel } from '@tensorflow/tfjs-node-gpu';
import { datasetInfo } from '../../../shared/data/digest.ts';
import type { ImageShape, ModelInfo } from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';
import type { Layer } from '../../../worker/engine/layer.ts';
import { evaluateSaved } from '../../../worker/trainer/evaluate-saved.ts';
import { inspectModel } from '../../../worker/trainer/inspect-model.ts';
import { predictSaved } from '../../../worker/trainer/predict.ts';
import { modelMetadata, saveModel } from '../../../worker/trainer/save.ts';
import { trainFold } from '../../../worker/trainer/train.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';

const pause = () => Promise.resolve();
const { image } = tinyDataset;
const count = tinyDataset.test.labels.length;

/** Predicts the classes of the tiny test part. */
async function predict(
  modelDir: string,
  model: ModelInfo,
  changes: { readonly image?: ImageShape; readonly count?: number } = {},
) {
  const imagesFile = path.join(modelDir, 'images');
  const outputFile = path.join(modelDir, 'probabilities');
  await writeFile(imagesFile, tinyDataset.test.pixels);
  const assignment = { model, image, count, threads: 1, step: 'eager' as const, ...changes };
  const classCount = await predictSaved(tf, {
    assignment,
    imagesFile,
    modelDir,
    outputFile,
    pause,
  });
  const probabilities = new Float32Array(Uint8Array.from(await readFile(outputFile)).buffer);
  return { classCount, probabilities };
}

test.serial('the most probable classes are those of the evaluation', async (t) => {
  await withFolder(async (modelDir) => {
    const assignment = tinyAssignment();
    const options = { assignment, part: tinyDataset.train, outputDir: modelDir, pause };
    const { model } = await trainFold(tf, { ...options, onEpoch: pause });
    const dataset = datasetInfo(tinyDataset);
    const evaluation = {
      ...{ run: assignment.run, fold: 1, attempt: 1, part: 'test' as const },
      ...{ images: dataset.test, dataset, model, threads: 1, step: 'eager' as const },
    };
    const { predicted } = await evaluateSaved(tf, {
      assignment: evaluation,
      part: tinyDataset.test,
      modelDir,
      pause,
    });
    const { classCount, probabilities } = await predict(modelDir, model);
    t.is(classCount, 3);
    const answers = Array.from({ length: count }, (_, row) => {
      const shares = probabilities.subarray(row * 3, row * 3 + 3);
      return shares.indexOf(Math.max(...shares));
    });
    t.deepEqual(answers, [...predicted]);
    t.is(await leftTensors(() => predict(modelDir, model)), 0);
  });
});

/** Saves a model without training it. */
async function save(folder: string, layers: Layer[]): Promise<ModelInfo> {
  const model: LayersModel = tf.sequential({ layers });
  const metadata = modelMetadata(tinyAssignment(), { mean: 0, std: 1 });
  try {
    return await saveModel(tf, model, { folder, metadata });
  } finally {
    model.dispose();
  }
}

const flatten = () => tf.layers.flatten({ inputShape: [10, 10, 1] });
const dense = (units: number, bias: number[]) =>
  tf.layers.dense({
    units,
    kernelInitializer: 'zeros',
    weights: [tf.zeros([100, units]), tf.tensor1d(bias)],
  });

test.serial('dilated separable convolutions predict on every processor', async (t) => {
  await withFolder(async (modelDir) => {
    const model = await save(modelDir, [
      tf.layers.separableConv2d({
        ...{ inputShape: [10, 10, 1], filters: 4, kernelSize: 3, dilationRate: [2, 1] },
        activation: 'relu',
      }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ]);
    const { probabilities } = await predict(modelDir, model);
    t.is(probabilities.length, count * 3);
  });
});

test.serial('a stock model in the sequential form predicts, too', async (t) => {
  await withFolder(async (folder) => {
    const model = await save(folder, [flatten(), dense(2, [0, Math.log(3)]), tf.layers.softmax()]);
    const { info, input } = await inspectModel(folder);
    t.deepEqual(info, model);
    t.deepEqual(input, image);
    const { classCount, probabilities } = await predict(folder, model);
    t.is(classCount, 2);
    const wanted = Array.from({ length: count }, () => [0.25, 0.75]).flat();
    t.true(greatestDifference(probabilities, wanted) < 1e-6);
  });
});

test.serial('batches join without a seam', async (t) => {
  await withFolder(async (folder) => {
    const kernel = tf.randomNormal([100, 2], 0, 0.01, 'float32', 1);
    const linear = tf.layers.dense({ units: 2, useBias: false, weights: [kernel] });
    const model = await save(folder, [flatten(), linear, tf.layers.softmax()]);
    const many = 2050;
    const pixels = Uint8Array.from({ length: many * 100 }, (_, at) => (at * 7919) % 251);
    const imagesFile = path.join(folder, 'many');
    const outputFile = path.join(folder, 'out');
    await writeFile(imagesFile, pixels);
    const assignment = { model, image, count: many, threads: 1, step: 'eager' as const };
    await predictSaved(tf, { assignment, imagesFile, modelDir: folder, outputFile, pause });
    const found = new Float32Array(Uint8Array.from(await readFile(outputFile)).buffer);
    const x = tf.tensor2d(Float32Array.from(pixels), [many, 100]);
    const wanted = tf.softmax(tf.matMul(x, kernel)).dataSync<'float32'>();
    t.true(greatestDifference(found, wanted) < 1e-5);
  });
});

test.serial('outputs that are no probabilities are refused', async (t) => {
  await withFolder(async (folder) => {
    const refuse = async (layers: Layer[], message: RegExp) => {
      const model = await save(folder, layers);
      const left = await leftTensors(() =>
        t.throwsAsync(predict(folder, model), { instanceOf: DataError, message }),
      );
      t.is(left, 0);
    };
    await refuse([flatten(), dense(2, [-0.5, 1.5])], /got -0\.5, 1\.5\./);
    await refuse([flatten(), dense(2, [0, 3])], /at least 0 and add up to 1, got 0, 3\. Expected/);
    const huge = [dense(2, [3e38, 3e38]), tf.layers.dense({ units: 3, kernelInitializer: 'ones' })];
    await refuse([flatten(), ...huge, tf.layers.softmax()], /got NaN, NaN, NaN/);
    await refuse([flatten(), dense(1, [0])], /is no classifier of such images/);
    const maps = tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [10, 10, 1] });
    await refuse([maps], /expected one input .* one output \[null, classes\], got/);
  });
});

test.serial('images of another size, or fewer than announced, are refused', async (t) => {
  await withFolder(async (folder) => {
    const model = await save(folder, [flatten(), dense(2, [0, 0]), tf.layers.softmax()]);
    const other = { height: 20, width: 5, channels: 1 };
    await t.throwsAsync(predict(folder, model, { image: other }), {
      message: /expected one input \[null,20,5,1\].*got \[null,10,10,1\]/,
    });
    await t.throwsAsync(predict(folder, model, { count: count + 1 }), {
      instanceOf: DataError,
      message: /The file of images ends within image 0 of 31/,
    });
  });
});

test.serial('a model whose layers would fill the memory is refused before it runs', async (t) => {
  await withFolder(async (folder) => {
    const model = await save(folder, [
      tf.layers.upSampling2d({ size: [10_000, 10_000], inputShape: [10, 10, 1] }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 2 }),
      tf.layers.softmax(),
    ]);
    await t.throwsAsync(predict(folder, model), {
      instanceOf: DataError,
      message: /The model is too large: a layer hands on 10000000000 numbers for an image/,
    });
  });
});
