import type { FoldAssignment } from '../../shared/domain.ts';
import { TrainingError } from '../../shared/errors.ts';
import type { TensorFlow } from '../engine/load.ts';
import { batchCount, batchesOf, epochOrder } from './batches.ts';
import { createEpochRecord, type EpochSummary } from './epoch-record.ts';
import type { Pause } from './pause.ts';
import { learningRateAt } from './schedule.ts';
import type { TrainingStep } from './step.ts';

export interface EpochOptions {
  readonly assignment: FoldAssignment;
  readonly step: TrainingStep;
  /** Ascending. */
  readonly trainingIndices: Int32Array;
  /** Counted from 1. */
  readonly epoch: number;
  readonly pause: Pause;
}

/**
 * Trains with each image of the fold once.
 *
 * @throws {TrainingError} when a loss is not finite, naming the step
 */
export async function trainEpoch(tf: TensorFlow, options: EpochOptions): Promise<EpochSummary> {
  const { assignment, step, trainingIndices, epoch, pause } = options;
  const { epochs, batchSize, learningRate, learningRateSchedule: schedule } = assignment.training;
  const stepsPerEpoch = batchCount(trainingIndices.length, batchSize);
  const rates = { learningRate, schedule, totalSteps: epochs * stepsPerEpoch };
  const order = epochOrder(trainingIndices, { ...assignment, epoch });
  const record = createEpochRecord(tf);
  try {
    let number = (epoch - 1) * stepsPerEpoch;
    for (const indices of batchesOf(order, batchSize)) {
      const outcome = step.run({
        indices,
        learningRate: learningRateAt(number, rates),
        step: number,
      });
      record.add(outcome, indices.length);
      number += 1;
      await pause();
    }
    const summary = record.read();
    checkLosses(assignment, epoch, summary);
    return summary;
  } finally {
    record.dispose();
  }
}

function checkLosses(assignment: FoldAssignment, epoch: number, { stepLosses }: EpochSummary) {
  const position = stepLosses.findIndex((loss) => !Number.isFinite(loss));
  if (position < 0) return;
  const step = `step ${position + 1} of ${stepLosses.length}`;
  throw divergence(assignment, `the loss at epoch ${epoch}, ${step}, is ${stepLosses[position]}`);
}

/** The error of a training whose numbers are no longer finite. */
export function divergence({ fold, training }: FoldAssignment, what: string): TrainingError {
  return new TrainingError(
    `Fold ${fold}: ${what}: training diverged. Try a lower learning rate than ` +
      `${training.learningRate} (--lr).`,
  );
}
