import type { Scalar } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import { adamCoefficients } from './optimizer.ts';
import type { StepBatch, StepDefinition, StepOutcome, TrainingStep } from './step.ts';

/** Outcomes are read from the device when this many have gathered, and at the end of the epoch. */
const READ_EVERY = 1000;

/** Runs the definition op by op: the meaning of a step, and what others are measured against. */
export function createEagerStep(
  tf: TensorFlow,
  definition: StepDefinition,
  { dropoutSeed }: { readonly dropoutSeed: number },
): TrainingStep {
  const waiting: StepOutcome[] = [];
  const losses: number[] = [];
  const corrects: number[] = [];
  const readWaiting = (): void => {
    const outcomes = waiting.splice(0);
    losses.push(
      ...takeScalars(
        tf,
        outcomes.map(({ loss }) => loss),
      ),
    );
    corrects.push(
      ...takeScalars(
        tf,
        outcomes.map(({ correct }) => correct),
      ),
    );
  };
  return {
    run: async (batch) => {
      const outcome = tf.tidy(() => ({ ...compute(tf, definition, { ...batch, dropoutSeed }) }));
      waiting.push(outcome);
      if (waiting.length === READ_EVERY) readWaiting();
      return Promise.resolve();
    },
    take: async () => {
      readWaiting();
      return Promise.resolve({ losses: losses.splice(0), corrects: corrects.splice(0) });
    },
    store: async () => Promise.resolve(),
    dispose: async () => {
      tf.dispose(waiting.splice(0).map(({ loss, correct }) => [loss, correct]));
      return Promise.resolve();
    },
  };
}

function compute(
  tf: TensorFlow,
  definition: StepDefinition,
  { indices, learningRate, step, dropoutSeed }: StepBatch & { readonly dropoutSeed: number },
): StepOutcome {
  const { rate, epsilon } = adamCoefficients(learningRate, step);
  return definition.compute({
    indices: tf.tensor1d(indices, 'int32'),
    seed: tf.tensor1d([dropoutSeed, step], 'int32'),
    rate: tf.scalar(rate),
    epsilon: tf.scalar(epsilon),
  });
}

/** Reads all together: reading each would wait for each step. */
function takeScalars(tf: TensorFlow, scalars: Scalar[]): number[] {
  if (scalars.length === 0) return [];
  const values = tf.tidy(() => Array.from(tf.stack(scalars).dataSync()));
  tf.dispose(scalars);
  return values;
}
