import { asDigest, type EpochReport } from '../../shared/domain.ts';
import type { StateVariable, TrainingState } from '../../worker/trainer/training-state.ts';

const report = (epoch: number): EpochReport => ({
  epoch,
  trainLoss: 1 / epoch,
  trainAccuracy: 0.5,
  validationLoss: 0.1 + 1 / epoch,
  validationAccuracy: 1 / 3,
  seconds: 0.25 * epoch,
});

/** A small one, made up: two epochs and three steps of the third. */
export function someState(changes: Partial<TrainingState> = {}): TrainingState {
  const { origin, progress, variables } = {
    origin: {
      seed: 5,
      fold: 1,
      dataset: asDigest('a'.repeat(64)),
      validation: asDigest('b'.repeat(64)),
      training: {
        epochs: 4,
        batchSize: 16,
        learningRate: 1e-3,
        learningRateSchedule: 'cosine',
        weightDecay: 1e-5,
        dropout: 0.25,
      },
      architecture: asDigest('c'.repeat(64)),
      threads: 1,
      step: 'compiled',
      xla: true,
    },
    progress: {
      epochs: [report(1), report(2)],
      fitSeconds: 0.5,
      underWay: {
        losses: Float32Array.of(0.7, 0.1, 1e-30),
        corrects: Int32Array.of(3, 0, 16),
        seconds: 0.125,
      },
    },
    variables: [
      variable('model/kernel', [2, 3], [1, -0, 1e-45, 3.4e38, -1, Infinity]),
      { name: 'model/count', dtype: 'int32', shape: [], values: Int32Array.of(-7) },
      variable('adam/first/kernel', [0], []),
    ],
    ...changes,
  } satisfies TrainingState;
  return { origin, progress, variables };
}

const variable = (name: string, shape: number[], values: number[]): StateVariable => ({
  name,
  dtype: 'float32',
  shape,
  values: Float32Array.from(values),
});
