import test from 'ava';
import type { EpochReport, StepKind } from '../../../shared/domain.ts';
import { DataError, TrainingError } from '../../../shared/errors.ts';
import { readVariables } from '../../../worker/trainer/state-variables.ts';
import { trainFold, type TrainOptions } from '../../../worker/trainer/train.ts';
import { createStateKeeper } from '../../../worker/trainer/keep-states.ts';
import {
  BEGINNING,
  type Position,
  positionOf,
  type TrainingState,
} from '../../../worker/trainer/training-state.ts';
import { type ArchitectureName, architectureText } from '../../helpers/architectures.ts';
import { leftTensors, tf } from '../../helpers/tensorflow.ts';
import { tinyAssignment, tinyDataset, withFolder } from '../../helpers/tiny-fold.ts';

/** Trains, and gathers what it tells of. Times are left out. */
const train = (options: Partial<TrainOptions> = {}) =>
  withFolder(async (outputDir) => {
    const told: (EpochReport | TrainingState)[] = [];
    const { epochs, fitSeconds, validation, model } = await trainFold(tf, {
      assignment: tinyAssignment(),
      part: tinyDataset.train,
      outputDir,
      onEpoch: (report) => Promise.resolve(void told.push(report)),
      onState: (state) => Promise.resolve(void told.push(state)),
      onWarning: (message) => {
        throw new Error(message);
      },
      pause: () => Promise.resolve(),
      ...options,
    });
    const reports = epochs.map((report) => ({ ...report, seconds: 0 }));
    return { told, fitSeconds, result: { reports, validation, model } };
  });

const isState = (told: EpochReport | TrainingState): told is TrainingState => 'origin' in told;

/** 60 images in batches of 16: the fourth step of an epoch is a partial one. */
for (const step of ['eager', 'compiled'] as const satisfies readonly StepKind[]) {
  test.serial(`${step} training goes on from after each step and each epoch`, async (t) => {
    const assignment = tinyAssignment({ step });
    const { result, told } = await train({ assignment, isStateDue: () => true });
    const states = told.filter(isState);
    t.deepEqual(
      states
        .map(({ progress }) => positionOf(progress))
        .map(({ epochs, steps }) => [epochs, steps]),
      [0, 1].flatMap((epochs) => [
        ...[1, 2, 3, 4].map((steps) => [epochs, steps]),
        [epochs + 1, 0],
      ]),
    );
    for (const resume of states) {
      const { epochs, steps } = positionOf(resume.progress);
      const resumed = await train({ assignment, resume });
      t.deepEqual(resumed.result, result, `after ${epochs} epochs and ${steps} steps`);
      t.is(resumed.told.filter((one) => !isState(one)).length, 2 - epochs);
    }
  });
}

const OWN: readonly (readonly [ArchitectureName, StepKind])[] = [
  ['noisy', 'compiled'],
  ['nested', 'compiled'],
  ['separable', 'eager'],
  ['recurrent', 'eager'],
];

test.serial('networks of one’s own go on from the middle of an epoch', async (t) => {
  const { image, classes } = tinyDataset;
  for (const [name, step] of OWN) {
    const architecture = architectureText(tf, name, { image, classCount: classes.length });
    const assignment = tinyAssignment({ architecture, step });
    const isStateDue = ({ epochs, steps }: Position) => epochs === 1 && steps === 2;
    const { result, told } = await train({ assignment, isStateDue });
    const resume = told.find(isState)!;
    const names = resume.variables.map((variable) => variable.name);
    t.is(new Set(names).size, names.length, name);
    t.deepEqual((await train({ assignment, resume })).result, result, name);
  }
});

test.serial('a state is offered after the report of each epoch, and holds it', async (t) => {
  const { told } = await train();
  t.deepEqual(told.map(isState), [false, true, false, true]);
  const [first, afterFirst, second, afterSecond] = told as [
    EpochReport,
    TrainingState,
    EpochReport,
    TrainingState,
  ];
  t.deepEqual(afterFirst.progress.epochs, [first]);
  t.deepEqual(afterSecond.progress.epochs, [first, second]);
  t.true(afterSecond.progress.fitSeconds > afterFirst.progress.fitSeconds);
});

test.serial('times before a stop count', async (t) => {
  const [state] = (await train({ isStateDue: ({ epochs, steps }) => epochs + steps === 2 })).told;
  const { progress, ...rest } = state as TrainingState;
  const underWay = { ...progress.underWay, seconds: 500 };
  const resume = { ...rest, progress: { ...progress, fitSeconds: 1000, underWay } };
  const { fitSeconds, told } = await train({ resume });
  t.true(fitSeconds > 1500 && fitSeconds < 1600, String(fitSeconds));
  t.true((told[0] as EpochReport).seconds > 500);
});

test.serial('a state names every weight, statistic and moment once', async (t) => {
  const { told } = await train({ assignment: tinyAssignment({ training: { epochs: 1 } }) });
  const { variables } = told.find(isState)!;
  const names = variables.map(({ name }) => name);
  t.is(new Set(names).size, names.length);
  // 5 layers with two parameters, 2 batch normalisations with two parameters and two statistics.
  const parameters = 2 * (5 + 2);
  t.is(names.length, parameters + 2 * 2 + 2 * parameters);
  const ofLayer = (layer: string) => names.filter((name) => name.includes(layer));
  t.deepEqual(ofLayer('batch_norm2').sort(), [
    ...['adam/first/batch_norm2/beta', 'adam/first/batch_norm2/gamma'],
    ...['adam/second/batch_norm2/beta', 'adam/second/batch_norm2/gamma'],
    ...['model/batch_norm2/beta', 'model/batch_norm2/gamma'],
    ...['model/batch_norm2/moving_mean', 'model/batch_norm2/moving_variance'],
  ]);
  // The names are those of the first model of the process: this is not the first.
  t.deepEqual(ofLayer('logits').slice(0, 2), ['model/logits/kernel', 'model/logits/bias']);
});

test.serial('states stay as they were while training goes on', async (t) => {
  const copies: TrainingState[] = [];
  const { told } = await train({
    onState: (state) => Promise.resolve(void copies.push(structuredClone(state))),
  });
  const again = (await train()).told.filter(isState);
  t.deepEqual(
    again.map(({ variables }) => variables),
    copies.map(({ variables }) => variables),
  );
  t.notDeepEqual(copies[0]!.variables, copies[1]!.variables);
  t.is(told.length, 2);
});

test.serial('a state of another training is refused before any step', async (t) => {
  const [resume] = (await train()).told.filter(isState);
  const pause = () => Promise.reject(new Error('a step was done'));
  const assignment = tinyAssignment({ seed: 6 });
  const refuse = () =>
    t.throwsAsync(train({ assignment, resume: resume!, pause }), {
      instanceOf: DataError,
      message: /belongs to another training: seed 5, expected 6/,
    });
  t.is(await leftTensors(refuse), 0);
});

test.serial('going on, stopping and taking states leave no tensor behind', async (t) => {
  for (const step of ['eager', 'compiled'] as const) {
    const assignment = tinyAssignment({ step });
    const stop = () => Promise.reject(new Error('stop'));
    const stopped = () => t.throwsAsync(train({ assignment, onState: stop }), { message: 'stop' });
    t.is(await leftTensors(stopped), 0);
    const [resume] = (await train({ assignment })).told.filter(isState);
    t.is(await leftTensors(() => train({ assignment, resume: resume! })), 0);
  }
});

test.serial('who takes a state may do with it as they like', async (t) => {
  for (const step of ['eager', 'compiled'] as const) {
    const assignment = tinyAssignment({ step });
    const wipe = ({ variables }: TrainingState) =>
      Promise.resolve(variables.forEach(({ values }) => void values.fill(0)));
    const wiped = await train({ assignment, onState: wipe, isStateDue: () => true });
    t.deepEqual(wiped.result, (await train({ assignment })).result, step);
  }
  // As long as it is not on the device, tfjs gives the array that it holds itself.
  const variable = tf.variable(tf.tensor1d([1, 2]));
  readVariables([{ name: 'it', variable }])[0]!.values.fill(0);
  t.deepEqual([...variable.dataSync()], [1, 2]);
  variable.dispose();
});

test.serial('no state is made of a training that has diverged', async (t) => {
  const assignment = tinyAssignment({ training: { learningRate: 1e30 } });
  const states: TrainingState[] = [];
  const onState = (state: TrainingState) => Promise.resolve(void states.push(state));
  const error = await t.throwsAsync(train({ assignment, onState, isStateDue: () => true }), {
    instanceOf: TrainingError,
  });
  t.regex(error.message, /^Fold 1: the loss at epoch 1, step [2-4] of 4, is .*training diverged/);
  // Nor where the losses do not show it yet.
  const variable = tf.variable(tf.tensor1d([1, NaN]));
  const keeper = createStateKeeper({
    assignment,
    variables: [{ name: 'model/kernel', variable }],
    step: { store: () => Promise.resolve() },
    onState,
  });
  const already = states.length;
  await t.throwsAsync(keeper.keep(BEGINNING), {
    instanceOf: TrainingError,
    message: /^Fold 1: "model\/kernel" holds NaN after 0 epochs: training diverged/,
  });
  t.is(states.length, already);
  variable.dispose();
});
