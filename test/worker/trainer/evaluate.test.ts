import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { Tensor4D } from '@tensorflow/tfjs-node-gpu';
import { datasetInfo } from '../../../shared/data/digest.ts';
import {
  type Dataset,
  type DatasetPart,
  type EvaluationAssignment,
} from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';
import { evaluateSaved } from '../../../worker/trainer/evaluate-saved.ts';
import { createScorer, evaluate } from '../../../worker/trainer/evaluate.ts';
import { createDeviceData } from '../../../worker/trainer/device-data.ts';
import { describeModel } from '../../../worker/trainer/model-files.ts';
import { trainFold } from '../../../worker/trainer/train.ts';
import { leftTensors, tf } from '../../helpers/tensorflow.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';

const pause = () => Promise.resolve();

/** A dataset whose test part is what fold 1 of the tiny one validates with. */
const validation: DatasetPart = {
  labels: tinyDataset.train.labels.subarray(60),
  pixels: tinyDataset.train.pixels.subarray(60 * 100),
};
const dataset: Dataset = { ...tinyDataset, test: validation };

async function trained(modelDir: string) {
  const assignment = tinyAssignment();
  const options = { assignment, part: dataset.train, outputDir: modelDir, onEpoch: pause, pause };
  const { model, validation: score } = await trainFold(tf, options);
  const evaluation: EvaluationAssignment = {
    run: assignment.run,
    fold: 1,
    attempt: 1,
    part: 'test',
    images: datasetInfo(dataset).test,
    dataset: datasetInfo(dataset),
    model,
    threads: 1,
    step: 'eager',
  };
  return { evaluation, score };
}

test.serial('a saved model scores on images as it did when they validated it', async (t) => {
  await withFolder(async (modelDir) => {
    const { evaluation, score } = await trained(modelDir);
    const options = { assignment: evaluation, part: validation, modelDir, pause };
    const evaluation_ = await evaluateSaved(tf, options);
    t.deepEqual(evaluation_.score, score);
    t.is(await leftTensors(() => evaluateSaved(tf, options)), 0);
  });
});

test.serial('a model is opened only when its files are those that were saved', async (t) => {
  await withFolder(async (modelDir) => {
    const { evaluation } = await trained(modelDir);
    const options = { assignment: evaluation, part: validation, modelDir, pause };
    const refuse = (message: RegExp) =>
      t.throwsAsync(evaluateSaved(tf, options), { instanceOf: DataError, message });
    const weights = await readFile(path.join(modelDir, 'weights.bin'));
    await writeFile(path.join(modelDir, 'weights.bin'), weights.subarray(1));
    await refuse(/weights\.bin is not the file that was saved: expected SHA-256 [0-9a-f]{64}, got/);
    await writeFile(path.join(modelDir, 'weights.bin'), weights);
    await writeFile(path.join(modelDir, 'model.json'), '{}');
    await refuse(/model\.json is not the file that was saved/);
  });
});

test.serial('a model that does not fit the dataset is refused, both shapes named', async (t) => {
  await withFolder(async (modelDir) => {
    const { evaluation } = await trained(modelDir);
    const refuse = async (changes: Partial<Dataset>, message: RegExp) => {
      const other = datasetInfo({ ...dataset, ...changes });
      const assignment = { ...evaluation, dataset: other };
      const options = { assignment, part: validation, modelDir, pause };
      const left = await leftTensors(() =>
        t.throwsAsync(evaluateSaved(tf, options), { instanceOf: DataError, message }),
      );
      t.is(left, 0);
    };
    await refuse(
      { classes: ['left', 'right'] },
      /expected input \[null,10,10,1\] and output \[null,2\], got .* and output \[null,3\]/,
    );
    await refuse(
      { image: { height: 5, width: 20, channels: 1 } },
      /expected input \[null,5,20,1\]/,
    );
  });
});

test.serial('a model that is missing or no model is refused', async (t) => {
  await withFolder(async (modelDir) => {
    const { evaluation } = await trained(modelDir);
    const options = { assignment: evaluation, part: validation, modelDir: '/nowhere', pause };
    await t.throwsAsync(evaluateSaved(tf, options), {
      instanceOf: DataError,
      message: /Cannot read the model in \/nowhere: .*model\.json/,
    });
    const weights = await readFile(path.join(modelDir, 'weights.bin'));
    for (const text of ['no JSON', '{}', '{"modelTopology":{},"weightsManifest":[]}']) {
      const topology = Buffer.from(text);
      await writeFile(path.join(modelDir, 'model.json'), topology);
      const assignment = { ...evaluation, model: describeModel({ topology, weights }) };
      await t.throwsAsync(evaluateSaved(tf, { ...options, modelDir, assignment }), {
        instanceOf: DataError,
        message: /model\.json is no tfjs layers model: /,
      });
    }
  });
});

/** Hands on logits that are looked up by the image's only pixel. */
const lookUp = (table: number[][]) => ({
  infer: (pixels: Tensor4D) => tf.gather(tf.tensor2d(table), tf.cast(pixels.flatten(), 'int32')),
});

test.serial('loss, accuracy and confusion are those of their definitions', async (t) => {
  const table = [
    [5, 5, 1],
    [0, -1000, 1000],
    [0, 0, 0],
  ];
  const part = { labels: Uint8Array.of(0, 1, 2, 2), pixels: Uint8Array.of(0, 1, 1, 2) };
  const image = { height: 1, width: 1, channels: 1 };
  const data = createDeviceData(tf, part, { image, classCount: 3 });
  const network = lookUp(table);
  const score = createScorer(tf, { network, data }, null);
  const options = { score, data, indices: Int32Array.of(3, 0, 1, 2), pause };
  const { score: found, predicted } = await evaluate({ ...options, batchSize: 3 });
  t.deepEqual(predicted, Uint8Array.of(0, 0, 2, 2));
  // Equal logits: the lowest index wins.
  t.deepEqual(found.confusion, [
    [1, 0, 0],
    [0, 0, 1],
    [1, 0, 1],
  ]);
  t.is(found.accuracy, 0.5);
  const wanted = (Math.log(2 + Math.exp(-4)) + 2000 + 0 + Math.log(3)) / 4;
  t.true(Math.abs(found.loss - wanted) < 1e-4);
});

test.serial('weights that are not finite give a loss that is not', async (t) => {
  const part = { labels: Uint8Array.of(0), pixels: Uint8Array.of(0) };
  const data = createDeviceData(tf, part, {
    image: { height: 1, width: 1, channels: 1 },
    classCount: 2,
  });
  const network = lookUp([[NaN, 0]]);
  const { score } = await evaluate({
    score: createScorer(tf, { network, data }, null),
    data,
    indices: Int32Array.of(0),
    batchSize: 1,
    pause,
  });
  t.false(Number.isFinite(score.loss));
});
