import type { Scalar } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import { adamCoefficients } from './optimizer.ts';
import { READ_EVERY } from './step.ts';
import type { StepBatch, StepDefinition, StepOutcome, StepRecord, TrainingStep } from './step.ts';

/** Runs the definition op by op: the meaning of a step, and what others are measured against. */
export function createEagerStep(
  tf: TensorFlow,
  definition: StepDefinition,
  { dropoutSeed }: { readonly dropoutSeed: number },
): TrainingStep {
  const waiting: StepOutcome[] = [];
  const record = { losses: [] as number[], corrects: [] as number[] };
  const readWaiting = (): void => {
    const outcomes = waiting.splice(0);
    record.losses.push(
      ...takeScalars(
        tf,
        outcomes.map(({ loss }) => loss),
      ),
    );
    record.corrects.push(
      ...takeScalars(
        tf,
        outcomes.map(({ correct }) => correct),
      ),
    );
  };
  const run = (batch: StepBatch): void => {
    const outcome = tf.tidy(() => ({ ...compute(tf, definition, { ...batch, dropoutSeed }) }));
    waiting.push(outcome);
    if (waiting.length === READ_EVERY) readWaiting();
  };
  const take = (): StepRecord => {
    readWaiting();
    return { losses: record.losses.splice(0), corrects: record.corrects.splice(0) };
  };
  const dispose = (): void =>
    tf.dispose(waiting.splice(0).map(({ loss, correct }) => [loss, correct]));
  return {
    run: async (batch) => Promise.resolve(run(batch)),
    take: async () => Promise.resolve(take()),
    store: async () => Promise.resolve(),
    dispose: async () => Promise.resolve(dispose()),
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
