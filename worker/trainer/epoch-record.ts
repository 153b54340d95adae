import type { Scalar } from '@tensorflow/tfjs-node-gpu';
import type { TensorFlow } from '../engine/load.ts';
import type { StepOutcome } from './step.ts';

/** Outcomes are read from the device when this many have gathered, and at the end of the epoch. */
const READ_EVERY = 1000;

/** What the steps of one epoch did. */
export interface EpochRecord {
  /** Takes over a step's outcome, of a batch of so many images. */
  readonly add: (outcome: StepOutcome, images: number) => void;
  /** Means over the images of the epoch, and the loss of each step. */
  readonly read: () => EpochSummary;
  readonly dispose: () => void;
}

export interface EpochSummary {
  readonly loss: number;
  readonly accuracy: number;
  readonly stepLosses: readonly number[];
}

/** Leaves outcomes on the device and reads them together: reading each would wait for each step. */
export function createEpochRecord(tf: TensorFlow): EpochRecord {
  const waiting: StepOutcome[] = [];
  const stepLosses: number[] = [];
  const corrects: number[] = [];
  const sizes: number[] = [];

  const readWaiting = (): void => {
    const outcomes = waiting.splice(0);
    if (outcomes.length === 0) return;
    stepLosses.push(
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
    add: (outcome, images) => {
      waiting.push(outcome);
      sizes.push(images);
      if (waiting.length === READ_EVERY) readWaiting();
    },
    read: () => {
      readWaiting();
      const images = sum(sizes);
      const lossSum = sum(stepLosses.map((loss, index) => loss * (sizes[index] ?? 0)));
      return { loss: lossSum / images, accuracy: sum(corrects) / images, stepLosses };
    },
    dispose: () => tf.dispose(waiting.splice(0).map(({ loss, correct }) => [loss, correct])),
  };
}

function takeScalars(tf: TensorFlow, scalars: Scalar[]): number[] {
  const values = tf.tidy(() => Array.from(tf.stack(scalars).dataSync()));
  tf.dispose(scalars);
  return values;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
