import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { execaNode } from 'execa';
import { datasetInfo } from '../../../shared/data/digest.ts';
import type { FoldAssignment, StepKind } from '../../../shared/domain.ts';
import { createDeviceData } from '../../../worker/trainer/device-data.ts';
import { loadVerifiedModel } from '../../../worker/trainer/load-model.ts';
import { trainFold } from '../../../worker/trainer/train.ts';
import { greatestDifference, tf } from '../../helpers/tensorflow.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';
import { datasetFor, drawnDataset, trainApart } from '../../helpers/train-apart.ts';

const STOCK = fileURLToPath(new URL('../../helpers/predict-with-stock-tfjs.ts', import.meta.url));

/** Pictures of the paper's size in batches of 100; the last 300 validate. */
function drawnAssignment(images: number): FoldAssignment {
  const dataset = datasetInfo(drawnDataset(images));
  const validation = Array.from({ length: 300 }, (_, index) => images - 300 + index);
  return tinyAssignment({ dataset, validation, training: { epochs: 1, batchSize: 100 } });
}

/** What cannot be compiled would be compared with itself. */
const onWarning = (message: string): never => {
  throw new Error(message);
};

/** An epoch of a few steps in this process: its losses, and what the saved model gives. */
const trainHere = (assignment: FoldAssignment) =>
  withFolder(async (outputDir) => {
    const losses: number[] = [];
    const { train: part } = datasetFor(assignment);
    const { model: info } = await trainFold(tf, {
      assignment,
      part,
      outputDir,
      onEpoch: () => Promise.resolve(),
      onWarning,
      pause: () => Promise.resolve(),
      onState: ({ progress }) => Promise.resolve(void losses.push(...progress.underWay.losses)),
      isStateDue: ({ steps }) => steps === 5,
    });
    const model = await loadVerifiedModel(tf, outputDir, info);
    const { image, classes } = assignment.dataset;
    const data = createDeviceData(tf, part, { image, classCount: classes.length });
    const { pixels } = data.gather(tf.tensor1d([...assignment.validation], 'int32'));
    return { losses, probabilities: (model.predict(pixels) as Tensor).dataSync() };
  });

test.serial('compiled steps of the network of the paper are those of eager ones', async (t) => {
  const assignment = drawnAssignment(800);
  const eager = await trainHere(assignment);
  const compiled = await trainHere({ ...assignment, step: 'compiled' });
  t.is(eager.losses.length, 5);
  const differences = eager.losses.map((loss, index) => Math.abs(loss - compiled.losses[index]!));
  t.log('losses', differences);
  t.true(differences[0]! <= 1e-6 * eager.losses[0]!);
  t.true(differences.every((difference) => difference <= 1e-5));
  const difference = greatestDifference(eager.probabilities, compiled.probabilities);
  t.log('probabilities', difference);
  t.true(difference <= 5e-4);
  // They have learnt something: an untrained network agrees with itself, too.
  t.true(eager.losses[4]! < 0.8 * eager.losses[0]!);
});

test.serial(
  'after an epoch compiled is no farther from eager than one thread from two',
  async (t) => {
    await withFolder(async (folder) => {
      const train = async (step: StepKind, threads: number) => {
        const outputDir = path.join(folder, `${step}-${threads}`);
        await mkdir(outputDir);
        const assignment = { ...drawnAssignment(1300), step, threads };
        const { epochs } = await trainApart({ assignment, outputDir });
        return epochs[0]!;
      };
      const [one, compiled] = await Promise.all([train('eager', 1), train('compiled', 1)]);
      const two = await train('eager', 2);
      const distance = (key: 'trainLoss' | 'validationLoss', other: typeof one) =>
        Math.abs(one[key] - other[key]);
      for (const key of ['trainLoss', 'validationLoss'] as const) {
        const [ours, threads] = [distance(key, compiled), distance(key, two)];
        t.log(`${key}: compiled ${ours.toExponential(1)}, threads ${threads.toExponential(1)}`);
        // Where threads make no difference at all, what they have made elsewhere: 1e-3.
        t.true(ours <= Math.max(threads, 1e-3), key);
      }
      t.true(Math.abs(one.validationAccuracy - compiled.validationAccuracy) <= 0.003);
    });
  },
);

test.serial('plain tfjs scores a model of compiled training as it was reported', async (t) => {
  await withFolder(async (outputDir) => {
    const assignment = tinyAssignment({ step: 'compiled', training: { epochs: 4 } });
    const { train: part } = tinyDataset;
    const { validation } = await trainFold(tf, {
      assignment,
      part,
      outputDir,
      onEpoch: () => Promise.resolve(),
      onWarning,
      pause: () => Promise.resolve(),
    });
    const images = assignment.validation.map((index) =>
      part.pixels.subarray(index * 100).subarray(0, 100),
    );
    const { stdout } = await execaNode(STOCK, [outputDir], {
      input: JSON.stringify(images.flatMap((pixels) => [...pixels])),
      nodeOptions: ['--import', import.meta.resolve('tsx')],
    });
    const { shape, values } = JSON.parse(stdout) as { shape: number[]; values: number[] };
    t.deepEqual(shape, [30, 3]);
    const losses = assignment.validation.map((index, row) => {
      return -Math.log(values[row * 3 + part.labels[index]!]!);
    });
    const loss = losses.reduce((sum, one) => sum + one, 0) / losses.length;
    t.true(Math.abs(loss - validation.loss) < 1e-5, `${loss} for ${validation.loss}`);
    t.true(validation.accuracy > 0.4, String(validation.accuracy));
  });
});
