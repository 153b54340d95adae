import type { FoldAssignment } from '../../shared/domain.ts';
import { TrainingError } from '../../shared/errors.ts';
import { batchCount, batchesOf, epochOrder } from './batches.ts';
import type { Pause } from './pause.ts';
import { learningRateAt } from './schedule.ts';
import type { StepRecord, TrainingStep } from './step.ts';
import { type EpochUnderWay, NO_STEPS } from './training-state.ts';

export interface EpochOptions {
  readonly assignment: FoldAssignment;
  readonly step: TrainingStep;
  /** Ascending. */
  readonly trainingIndices: Int32Array;
  /** Counted from 1. */
  readonly epoch: number;
  readonly pause: Pause;
  /** What has been done of this epoch before; nothing unless told. */
  readonly done?: Pick<EpochUnderWay, 'losses' | 'corrects'>;
  /** Is told of the steps of this epoch so far, where it wants to know. */
  readonly watcher?: StepWatcher;
}

export interface StepWatcher {
  /** @param steps - that this epoch has done */
  readonly isDue: (steps: number) => boolean;
  readonly take: (record: StepRecord) => Promise<void>;
}

export interface EpochSummary {
  /** Mean over the images of the epoch. */
  readonly loss: number;
  readonly accuracy: number;
}

/**
 * Trains with each image of the fold once, or with those that are left.
 *
 * @throws {TrainingError} when a loss is not finite, naming the step
 */
export async function trainEpoch(options: EpochOptions): Promise<EpochSummary> {
  const { assignment, step, trainingIndices, epoch, pause, done = NO_STEPS, watcher } = options;
  const { epochs, batchSize, learningRate, learningRateSchedule: schedule } = assignment.training;
  const stepsPerEpoch = batchCount(trainingIndices.length, batchSize);
  const rates = { learningRate, schedule, totalSteps: epochs * stepsPerEpoch };
  const order = epochOrder(trainingIndices, { ...assignment, epoch });
  const batches = [...batchesOf(order, batchSize)];
  const record = { losses: [...done.losses], corrects: [...done.corrects] };
  const gather = async (): Promise<StepRecord> => {
    const { losses, corrects } = await step.take();
    record.losses.push(...losses);
    record.corrects.push(...corrects);
    checkLosses(assignment, { epoch, stepsPerEpoch }, record);
    return record;
  };
  for (const [position, indices] of batches.entries()) {
    if (position < done.losses.length) continue;
    const number = (epoch - 1) * stepsPerEpoch + position;
    await step.run({ indices, learningRate: learningRateAt(number, rates), step: number });
    await pause();
    if (watcher?.isDue(position + 1)) await watcher.take(await gather());
  }
  return summarise(
    await gather(),
    batches.map(({ length }) => length),
  );
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

function checkLosses(
  assignment: FoldAssignment,
  { epoch, stepsPerEpoch }: { readonly epoch: number; readonly stepsPerEpoch: number },
  { losses }: StepRecord,
): void {
  const position = losses.findIndex((loss) => !Number.isFinite(loss));
  if (position < 0) return;
  const step = `step ${position + 1} of ${stepsPerEpoch}`;
  throw divergence(assignment, `the loss at epoch ${epoch}, ${step}, is ${losses[position]}`);
}

/** The error of a training whose numbers are no longer finite. */
export function divergence({ fold, training }: FoldAssignment, what: string): TrainingError {
  return new TrainingError(
    `Fold ${fold}: ${what}: training diverged. Try a lower learning rate than ` +
      `${training.learningRate} (--lr).`,
  );
}
