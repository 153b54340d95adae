import test from 'ava';
import { createPlan, type PlanRequest } from '../../../coordinator/scheduler/plan.ts';
import { datasetInfo } from '../../../shared/data/digest.ts';
import { asRunId, type Dataset } from '../../../shared/domain.ts';
import { UsageError } from '../../../shared/errors.ts';
import { renderFoldsFile } from '../../../shared/fold-map.ts';

const COUNT = 12;

/** Images of 8×8 equal pixels, one for each grey. */
const greys = (values: readonly number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => Array.from({ length: 64 }, () => value)));

/** Small images of two classes in turn; image n has the grey n, so that no two are alike. */
function tinyData(pixels: readonly number[] = Array.from({ length: COUNT }, (_, n) => n)): Dataset {
  return {
    name: 'tiny',
    synthetic: false,
    classes: ['even', 'odd'],
    image: { height: 8, width: 8, channels: 1 },
    train: { labels: Uint8Array.from(pixels, (_, n) => n % 2), pixels: greys(pixels) },
    test: { labels: Uint8Array.of(0, 1), pixels: greys([100, 101]) },
  };
}

const REQUEST: PlanRequest = {
  run: asRunId('a-run'),
  seed: 7,
  split: { k: 3, stratified: true },
  training: {
    epochs: 2,
    batchSize: 4,
    learningRate: 0.001,
    learningRateSchedule: 'cosine',
    weightDecay: 0,
    dropout: 0.25,
  },
  threadsFor: (k) => 10 + k,
  step: 'compiled',
};

const plan = (request: Partial<PlanRequest>, data = tinyData()) =>
  createPlan({ ...REQUEST, ...request }, data, datasetInfo(data));

test('a plan holds all that decides the result', (t) => {
  const { plan: made, warnings } = plan({});
  const { run, seed, training } = REQUEST;
  t.like(made, { run, seed, training, k: 3, stratified: true, threads: 13, step: 'compiled' });
  t.false('xla' in made || 'architecture' in made);
  t.like(plan({ step: 'eager' }).plan, { step: 'eager' });
  t.deepEqual(made.dataset, datasetInfo(tinyData()));
  t.deepEqual(
    made.validation.flat().sort((a, b) => a - b),
    [...Array(COUNT).keys()],
  );
  t.deepEqual(warnings, []);
});

test('the same request makes the same plan, another seed another one', (t) => {
  t.deepEqual(plan({}).plan, plan({}).plan);
  t.notDeepEqual(plan({}).plan.validation, plan({ seed: 8 }).plan.validation);
});

test('a plain split need not spread the classes', (t) => {
  const { plan: made } = plan({ split: { k: 12, stratified: false } });
  t.is(made.stratified, false);
  t.true(made.validation.every((fold) => fold.length === 1));
});

test('folds that the data cannot fill are refused', (t) => {
  t.throws(() => plan({ split: { k: 7, stratified: true } }), {
    instanceOf: UsageError,
    message: /even \(6\), odd \(6\)/,
  });
  t.throws(() => plan({ split: { k: 13, stratified: false } }), { instanceOf: UsageError });
});

test('a fold map gives back the plan that it was written for', (t) => {
  const { plan: made } = plan({});
  const json: unknown = JSON.parse(renderFoldsFile({ ...made, dataset: made.dataset.digest }));
  t.deepEqual(plan({ split: { json, file: 'folds.json' } }).plan, made);
});

test('a fold map decides the number of folds, and contradicts another one', (t) => {
  const json = { validation: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [11]] };
  t.like(plan({ split: { json, file: 'map.json' } }).plan, {
    k: 2,
    stratified: false,
    threads: 12,
  });
  t.notThrows(() => plan({ split: { json, file: 'map.json', k: 2 } }));
  t.throws(() => plan({ split: { json, file: 'map.json', k: 3 } }), {
    instanceOf: UsageError,
    message: '--folds 3 does not fit --fold-map map.json, which has 2 folds',
  });
});

test('a fold map for other data is refused by its name', (t) => {
  const json = { validation: [[0], [1]] };
  t.throws(() => plan({ split: { json, file: 'map.json' } }), {
    instanceOf: UsageError,
    message: /^map\.json: index 2 is in no fold/,
  });
});

test('images that leak are counted and told', (t) => {
  const pixels = [0, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100];
  const json = {
    validation: [
      [0, 2, 3],
      [1, 4, 5, 6, 7, 8, 9, 10, 11],
    ],
  };
  const { duplicates, warnings } = plan({ split: { json, file: 'map.json' } }, tinyData(pixels));
  t.deepEqual(duplicates.validationInTraining, [1, 1]);
  t.is(duplicates.test.inTrain, 1);
  t.is(warnings.length, 2);
  t.regex(warnings[0] ?? '', /fold 0: 1, fold 1: 1/);
  t.regex(warnings[1] ?? '', /Test images .*: 1, 1 of them under another label/);
});

test('leaks of very many folds are told in a few words', (t) => {
  const count = 240;
  const pixels = Array.from({ length: count }, () => 0);
  const validation = Array.from({ length: count }, (_, index) => [index]);
  const split = { json: { validation }, file: 'map.json' };
  const { duplicates, warnings } = plan({ split }, tinyData([...pixels]));
  t.is(duplicates.validationInTraining.length, count);
  t.regex(warnings[0] ?? '', /fold 99: 1, the others together: 140\.$/);
});

test('images too small for the network are refused before anything is trained', (t) => {
  const data = { ...tinyData(), image: { height: 64, width: 1, channels: 1 } };
  t.throws(() => plan({}, data), { instanceOf: UsageError, message: /at least 8×8 .*64×1/ });
});

test('one class is none to tell apart', (t) => {
  const { train, test: rest, ...data } = tinyData();
  const labels = (part: typeof train) => ({ ...part, labels: part.labels.map(() => 0) });
  const alone = { ...data, classes: ['even'], train: labels(train), test: labels(rest) };
  t.throws(() => plan({}, alone), {
    instanceOf: UsageError,
    message: /at least two classes, here is 1: even/,
  });
});
