import test from 'ava';
import { asDigest } from '../../../shared/domain.ts';
import { DataError } from '../../../shared/errors.ts';
import { checkState, originOf } from '../../../worker/trainer/check-state.ts';
import type { TrainingState } from '../../../worker/trainer/training-state.ts';
import { tinyAssignment } from '../../helpers/tiny-fold.ts';
import { someState } from '../../helpers/training-states.ts';

const { origin, progress, variables } = someState();
const expected = { origin, variables, stepsPerEpoch: 3 };
const other = asDigest('d'.repeat(64));
const { seed, fold, dataset, validation, training, threads, step } = origin;
const bare = { seed, fold, dataset, validation, training, threads, step };
const paper = { ...bare, xla: true };
const plain = { ...bare, architecture: asDigest('c'.repeat(64)) };
const trained = (changes: Partial<typeof origin.training>) => ({
  origin: { ...origin, training: { ...origin.training, ...changes } },
});
const [kernel, counter, moment] = variables;

const foreign: readonly (readonly [Partial<TrainingState>, string])[] = [
  [{ origin: { ...origin, seed: 6 } }, 'seed 6, expected 5'],
  [{ origin: { ...origin, fold: 0 } }, 'fold 0, expected 1'],
  [{ origin: { ...origin, dataset: other } }, 'dataset digest dddd'],
  [{ origin: { ...origin, validation: other } }, 'validation digest dddd'],
  [trained({ epochs: 5 }), 'epochs 5, expected 4'],
  [trained({ batchSize: 17 }), 'batch size 17, expected 16'],
  [trained({ learningRate: 0.002 }), 'learning rate 0.002, expected 0.001'],
  [trained({ learningRateSchedule: 'constant' }), 'learning rate schedule constant'],
  [trained({ weightDecay: 0 }), 'weight decay 0, expected 0.00001'],
  [trained({ dropout: 0.5 }), 'dropout 0.5, expected 0.25'],
  [{ origin: { ...origin, architecture: other } }, 'architecture digest dddd'],
  [{ origin: paper }, "architecture digest the paper's, expected cccc"],
  [{ origin: { ...origin, threads: 2 } }, 'threads 2, expected 1'],
  [{ origin: { ...origin, step: 'eager' } }, 'step eager, expected compiled'],
  [{ origin: plain }, 'xla false, expected true'],
  [{ variables: variables.slice(1) }, 'number of variables 2, expected 3'],
  [{ variables: [counter!, kernel!, moment!] }, 'variable 0 model/count, int32 []'],
  [
    { variables: [{ ...kernel!, shape: [3, 2] }, counter!, moment!] },
    'variable 0 model/kernel, float32 [3, 2], expected model/kernel, float32 [2, 3]',
  ],
];

for (const [changes, difference] of foreign) {
  test(`a state of another training is refused: ${difference}`, (t) => {
    const { message } = t.throws(() => checkState(someState(changes), expected), {
      instanceOf: DataError,
    });
    t.true(message.includes(`belongs to another training: ${difference}`), message);
  });
}

test('a state of the same training is accepted, at the end of it too', (t) => {
  t.notThrows(() => checkState(someState(), expected));
  const epochs = [1, 2, 3, 4].map((epoch) => ({ ...progress.epochs[0]!, epoch }));
  const none = { losses: new Float32Array(), corrects: new Int32Array(), seconds: 0 };
  const ended = { ...progress, epochs, underWay: none };
  t.notThrows(() => checkState(someState({ progress: ended }), expected));
  const beyond = { ...ended, underWay: progress.underWay };
  t.throws(() => checkState(someState({ progress: beyond }), expected), {
    instanceOf: DataError,
    message: /4 epochs and 3 steps done, of 4 epochs/,
  });
  t.throws(() => checkState(someState(), { ...expected, stepsPerEpoch: 2 }), {
    instanceOf: DataError,
    message: /3 steps of an epoch done, of 2/,
  });
});

test('states belong to a plan, not to an attempt', (t) => {
  t.like(originOf(tinyAssignment()), { seed: 5, fold: 1, step: 'eager', threads: 1 });
  t.deepEqual(originOf(tinyAssignment({ attempt: 9 })), originOf(tinyAssignment()));
  const changed = originOf(tinyAssignment({ validation: [1, 2, 3] }));
  t.not(changed.validation, originOf(tinyAssignment()).validation);
  t.false('architecture' in changed || 'xla' in changed);
  const more = originOf(tinyAssignment({ architecture: '{}', xla: true }));
  t.regex(more.architecture ?? '', /^44136fa3/);
  t.true(more.xla);
});
