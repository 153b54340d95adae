import test from 'ava';
import type { EpochReport } from '../../../shared/domain.ts';
import { DataError, TrainingError } from '../../../shared/errors.ts';
import { totalOf } from '../../../shared/metrics.ts';
import { trainFold, type TrainedFold } from '../../../worker/trainer/train.ts';
import { leftTensors, tf } from '../../helpers/tensorflow.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';

interface Options {
  assignment?: ReturnType<typeof tinyAssignment>;
  part?: typeof tinyDataset.train;
  onEpoch?: (report: EpochReport) => Promise<void>;
  pause?: () => Promise<void>;
}

const train = (options: Options = {}): Promise<TrainedFold> =>
  withFolder((outputDir) =>
    trainFold(tf, {
      assignment: tinyAssignment(),
      part: tinyDataset.train,
      outputDir,
      onEpoch: () => Promise.resolve(),
      pause: () => Promise.resolve(),
      ...options,
    }),
  );

test.serial('a fold learns to tell its classes apart', async (t) => {
  const assignment = tinyAssignment({ training: { epochs: 8, learningRate: 3e-3, batchSize: 8 } });
  const { epochs, validation } = await train({ assignment });
  t.true(epochs.at(-1)!.trainLoss < epochs[0]!.trainLoss / 2);
  t.true(validation.accuracy > 0.8, String(validation.accuracy));
});

test.serial('epochs are reported as they end, and the last one scores the weights', async (t) => {
  const reports: EpochReport[] = [];
  const onEpoch = (report: EpochReport) => Promise.resolve(void reports.push(report));
  const { epochs, validation, ...result } = await train({ onEpoch });
  t.deepEqual(reports, epochs);
  t.deepEqual(
    epochs.map(({ epoch }) => epoch),
    [1, 2],
  );
  t.is(epochs[1]!.validationLoss, validation.loss);
  t.is(epochs[1]!.validationAccuracy, validation.accuracy);
  t.deepEqual([result.trainSize, result.validationSize], [60, 30]);
  t.is(totalOf(validation.confusion), 30);
  t.true(result.fitSeconds > 0 && result.scoreSeconds > 0);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  t.true(seconds > result.fitSeconds && epochs[1]!.seconds > result.scoreSeconds);
});

test.serial(
  'the event loop gets its turn after every step, last partial batches too',
  async (t) => {
    let turns = 0;
    await train({ pause: () => Promise.resolve(void turns++) });
    // 60 images in batches of 16 make 4 steps, 30 are validated at once; 2 epochs.
    t.is(turns, 2 * (4 + 1));
  },
);

test.serial('every image weighs the same in the loss and accuracy of an epoch', async (t) => {
  // With a learning rate of nearly nothing and without dropout, batches only differ in what
  // batch normalisation sees, and nothing at all differs when one batch holds everything.
  const still = { epochs: 1, learningRate: 1e-30, weightDecay: 0, dropout: 0 };
  const whole = await train({
    assignment: tinyAssignment({ training: { ...still, batchSize: 60 } }),
  });
  const more = await train({
    assignment: tinyAssignment({ training: { ...still, batchSize: 999 } }),
  });
  t.is(whole.epochs[0]!.trainLoss, more.epochs[0]!.trainLoss);
  const part = await train({
    assignment: tinyAssignment({ training: { ...still, batchSize: 59 } }),
  });
  t.true(Math.abs(part.epochs[0]!.trainLoss - whole.epochs[0]!.trainLoss) < 0.1);
  t.true(Number.isInteger(Math.round(part.epochs[0]!.trainAccuracy * 60 * 1e9) / 1e9));
});

test.serial('the result depends on the seed and the fold, not on the attempt', async (t) => {
  const digest = async (changes: Parameters<typeof tinyAssignment>[0]) =>
    (await train({ assignment: tinyAssignment({ training: { epochs: 1 }, ...changes }) })).model;
  const first = await digest({});
  t.deepEqual(await digest({ attempt: 7 }), first);
  t.not((await digest({ seed: 6 })).weightsDigest, first.weightsDigest);
  t.not((await digest({ fold: 0 })).weightsDigest, first.weightsDigest);
});

test.serial(
  'a loss that is not finite ends the training, naming fold, epoch and step',
  async (t) => {
    const assignment = tinyAssignment({ training: { learningRate: 1e30 } });
    const error = await t.throwsAsync(train({ assignment }), { instanceOf: TrainingError });
    t.regex(error.message, /^Fold 1: the loss at epoch 1, step [2-4] of 4, is (NaN|Infinity)/);
    t.regex(error.message, /lower learning rate than 1e\+30 \(--lr\)/);
  },
);

test.serial('a validation loss that is not finite ends the training too', async (t) => {
  // One step: its own loss is still fine, the weights after it are not.
  const assignment = tinyAssignment({ training: { learningRate: 1e38, batchSize: 60 } });
  const error = await t.throwsAsync(train({ assignment }), { instanceOf: TrainingError });
  t.regex(error.message, /^Fold 1: the validation loss after epoch 1 is (NaN|Infinity)/);
});

test.serial('a label without a class is refused, naming the image', async (t) => {
  const labels = Uint8Array.from(tinyDataset.train.labels);
  labels[4] = 3;
  await t.throwsAsync(train({ part: { ...tinyDataset.train, labels } }), {
    instanceOf: DataError,
    message: /Image 4 has label 3, but labels must be in 0–2/,
  });
});

test.serial('training leaves no tensor behind, whether it ends well or not', async (t) => {
  t.is(await leftTensors(() => train()), 0);
  const assignment = tinyAssignment({ training: { learningRate: 1e30 } });
  t.is(await leftTensors(() => t.throwsAsync(train({ assignment }))), 0);
  const part = { ...tinyDataset.train, labels: new Uint8Array(90).fill(9) };
  t.is(await leftTensors(() => t.throwsAsync(train({ part }))), 0);
});

test.serial('what stops between two steps stops the training, and leaves no tensor', async (t) => {
  let turns = 0;
  const pause = () => (turns++ < 2 ? Promise.resolve() : Promise.reject(new Error('stop')));
  const left = await leftTensors(() => t.throwsAsync(train({ pause }), { message: 'stop' }));
  t.is(turns, 3);
  t.is(left, 0);
});
