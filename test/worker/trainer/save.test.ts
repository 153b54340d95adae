import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { execaNode } from 'execa';
import { drawInitialWeights } from '../../../worker/trainer/initial-weights.ts';
import { createModel } from '../../../worker/trainer/model.ts';
import { describeModel } from '../../../worker/trainer/model-files.ts';
import { modelMetadata, saveModel } from '../../../worker/trainer/save.ts';
import { greatestDifference, leftTensors, tf } from '../../helpers/tensorflow.ts';
import { tinyAssignment, withFolder } from '../../helpers/tiny-fold.ts';

const STOCK = fileURLToPath(new URL('../../helpers/predict-with-stock-tfjs.ts', import.meta.url));
const normalisation = { mean: 100.5, std: 50.25 };
const assignment = tinyAssignment();

/** A model with weights and running statistics of its own. */
function someModel() {
  const { image } = assignment.dataset;
  const model = createModel(tf, { image, classCount: 3, dropout: 0.25, normalisation });
  drawInitialWeights(tf, model, { seed: 1, fold: 0 });
  tf.tidy(() => {
    for (const name of ['batch_norm1', 'batch_norm2']) {
      const layer = model.getLayer(name);
      layer.setWeights(layer.getWeights().map((weight) => weight.add(tf.range(0, weight.size))));
    }
  });
  return model;
}

const save = (model: ReturnType<typeof someModel>, folder: string) =>
  saveModel(tf, model, { folder, metadata: modelMetadata(assignment, normalisation) });

test.serial(
  'plain tfjs opens a saved model and gives the same probabilities for raw pixels',
  async (t) => {
    await withFolder(async (folder) => {
      const model = someModel();
      await save(model, folder);
      const pixels = Array.from({ length: 4 * 100 }, (_, index) => (index * 37) % 256);
      const ours = model.predict(tf.tensor4d(pixels, [4, 10, 10, 1])) as Tensor;
      const { stdout } = await execaNode(STOCK, [folder], {
        input: JSON.stringify(pixels),
        nodeOptions: ['--import', import.meta.resolve('tsx')],
      });
      const theirs = JSON.parse(stdout) as { shape: number[]; values: number[] };
      t.deepEqual(theirs.shape, [4, 3]);
      t.true(greatestDifference(theirs.values, ours.dataSync()) < 1e-5);
      for (let row = 0; row < 4; row++) {
        const [a, b, c] = theirs.values.slice(row * 3);
        t.true(Math.abs(a! + b! + c! - 1) < 1e-5);
      }
    });
  },
);

test.serial('a saved model is two files and says what it is', async (t) => {
  await withFolder(async (folder) => {
    const info = await save(someModel(), folder);
    t.deepEqual((await readdir(folder)).sort(), ['model.json', 'weights.bin']);
    const topology = await readFile(path.join(folder, 'model.json'));
    const weights = await readFile(path.join(folder, 'weights.bin'));
    t.deepEqual(describeModel({ topology, weights }), info);
    t.deepEqual([info.topologyBytes, info.weightsBytes], [topology.length, weights.length]);
    const json = JSON.parse(topology.toString()) as Record<string, unknown>;
    t.is(json['format'], 'layers-model');
    const { name, digest, synthetic } = assignment.dataset;
    t.deepEqual(json['userDefinedMetadata'], {
      foldwise: {
        schema: 1,
        classes: ['left', 'right', 'top'],
        dataset: { name, digest, synthetic },
        fold: 1,
        seed: 5,
        image: { height: 10, width: 10, channels: 1 },
        normalisation,
      },
    });
  });
});

test.serial('a saved model says how its test images are found again', (t) => {
  const holdOut = { fraction: 1 / 7, seed: 3 };
  const dataset = { ...assignment.dataset, limit: 60, holdOut };
  const metadata = modelMetadata({ ...assignment, dataset }, normalisation);
  const { name, digest, synthetic } = dataset;
  t.deepEqual(metadata.dataset, { name, digest, synthetic, limit: 60, holdOut });
});

test.serial('saving replaces an older model, and leaves no tensor behind', async (t) => {
  await withFolder(async (folder) => {
    const model = someModel();
    const first = await save(model, folder);
    t.is(await leftTensors(() => save(model, folder)), 0);
    t.deepEqual(await save(someModel(), folder), first);
    t.is((await readdir(folder)).length, 2);
  });
});
