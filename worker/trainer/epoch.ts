import type { FoldAssignment } from '../../shared/domain.ts';
import { TrainingError } from '../../shared/errors.ts';
import { batchCount, batchesOf, epochOrder } from './batches.ts';
import type { Pause } from './pause.ts';
import { learningRateAt } from './schedule.ts';
import type { StepRecord, TrainingStep } from './step.ts';

export interface EpochOptions {
  readonly assignment: FoldAssignment;
  readonly step: TrainingStep;
  /** Ascending. */
  readonly trainingIndices: Int32Array;
  /** Counted from 1. */
  readonly epoch: number;
  readonly pause: Pause;
}

export interface EpochSummary {
  /** Mean over the images of the epoch. */
  readonly loss: number;
  readonly accuracy: number;
}

/**
 * Trains with each image of the fold once.
 *
 * @throws {TrainingError} when a loss is not finite, naming the step
 */
export async function trainEpoch(options: EpochOptions): Promise<EpochSummary> {
  const { assignment, step, trainingIndices, epoch, pause } = options;
  const { epochs, batchSize, learningRate, learningRateSchedule: schedule } = assignment.training;
  const stepsPerEpoch = batchCount(trainingIndices.length, batchSize);
  const rates = { learningRate, schedule, totalSteps: epochs * stepsPerEpoch };
  const order = epochOrder(trainingIndices, { ...assignment, epoch });
  const sizes: number[] = [];
  let number = (epoch - 1) * stepsPerEpoch;
  for (const indices of batchesOf(order, batchSize)) {
    await step.run({ indices, learningRate: learningRateAt(number, rates), step: number });
    sizes.push(indices.length);
    number += 1;
    await pause();
  }
  const record = await step.take();
  checkLosses(assignment, epoch, record);
  return summarise(record, sizes);
}

/** Means over images, from means and counts of batches of those sizes. */
export function summarise(
  { losses, corrects }: StepRecord,
  sizes: readonly number[],
): EpochSummary {
  const images = sum(sizes);
  const lossSum = sum(losses.map((loss, index) => loss * (sizes[index] ?? 0)));
  return { loss: lossSum / images, accuracy: sum(corrects) / images };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

function checkLosses(assignment: FoldAssignment, epoch: number, { losses }: StepRecord): void {
  const position = losses.findIndex((loss) => !Number.isFinite(loss));
  if (position < 0) return;
  const step = `step ${position + 1} of ${losses.length}`;
  throw divergence(assignment, `the loss at epoch ${epoch}, ${step}, is ${losses[position]}`);
}

/** The error of a training whose numbers are no longer finite. */
export function divergence({ fold, training }: FoldAssignment, what: string): TrainingError {
  return new TrainingError(
    `Fold ${fold}: ${what}: training diverged. Try a lower learning rate than ` +
      `${training.learningRate} (--lr).`,
  );
}
