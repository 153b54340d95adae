import type { EpochReport, FoldAssignment, Score } from '../../shared/domain.ts';
import { divergence, type EpochOptions, type EpochSummary } from './epoch.ts';
import type { StepRecord } from './step.ts';
import {
  type EpochUnderWay,
  NO_STEPS,
  type Position,
  type TrainingProgress,
} from './training-state.ts';

export interface EpochsOptions {
  readonly assignment: FoldAssignment;
  readonly onEpoch: (report: EpochReport) => Promise<void>;
  /** Does what is left of an epoch. */
  readonly trainEpoch: (
    options: Required<Pick<EpochOptions, 'epoch' | 'done' | 'watcher'>>,
  ) => Promise<EpochSummary>;
  readonly validate: () => Promise<Score>;
  /** Where to go on from. */
  readonly from: TrainingProgress;
  readonly keeper: ProgressKeeper;
}

/** Keeps how far training has come, after steps and, with no step under way, after epochs. */
export interface ProgressKeeper {
  readonly isDue: (position: Position) => boolean;
  readonly keep: (progress: TrainingProgress) => Promise<void>;
}

export interface History {
  readonly epochs: readonly EpochReport[];
  /** Score of the weights after the last epoch. */
  readonly validation: Score;
  /** Wall time of training, the validation of each epoch left out. */
  readonly fitSeconds: number;
  /** Wall time of the last validation. */
  readonly scoreSeconds: number;
}

/**
 * Trains and validates epoch after epoch.
 *
 * @throws {TrainingError} when a loss is not finite
 */
export async function runEpochs(options: EpochsOptions): Promise<History> {
  const { assignment, onEpoch, validate, from, keeper } = options;
  const epochs = [...from.epochs];
  let { fitSeconds, underWay } = from;
  let score: Timed<Score> | null = null;
  while (epochs.length < assignment.training.epochs) {
    const fit = await finishEpoch(options, { epochs: [...epochs], fitSeconds, underWay });
    fitSeconds += fit.seconds;
    underWay = NO_STEPS;
    score = await timed(validate);
    const report = reportOf(assignment, { epoch: epochs.length + 1, fit, score });
    epochs.push(report);
    await onEpoch(report);
    const isDue = keeper.isDue({ epochs: epochs.length, steps: 0 });
    if (isDue) await keeper.keep({ epochs: [...epochs], fitSeconds, underWay });
  }
  // Where everything had been done, the weights are scored once more, alike.
  const last = score ?? (await timed(validate));
  return { epochs, validation: last.value, fitSeconds, scoreSeconds: last.seconds };
}

interface Timed<T> {
  readonly value: T;
  readonly seconds: number;
}

/** Trains to the end of the epoch under way. @returns the time of all of it */
async function finishEpoch(
  { trainEpoch, keeper }: EpochsOptions,
  progress: TrainingProgress,
): Promise<Timed<EpochSummary>> {
  const { epochs, underWay: done } = progress;
  const start = performance.now();
  const seconds = (): number => done.seconds + (performance.now() - start) / 1000;
  const watcher = {
    isDue: (steps: number) => keeper.isDue({ epochs: epochs.length, steps }),
    take: async ({ losses, corrects }: StepRecord) => {
      const underWay: EpochUnderWay = {
        losses: Float32Array.from(losses),
        corrects: Int32Array.from(corrects),
        seconds: seconds(),
      };
      await keeper.keep({ ...progress, underWay });
    },
  };
  const value = await trainEpoch({ epoch: epochs.length + 1, done, watcher });
  return { value, seconds: seconds() };
}

interface EpochOutcome {
  readonly epoch: number;
  readonly fit: Timed<EpochSummary>;
  readonly score: Timed<Score>;
}

function reportOf(assignment: FoldAssignment, { epoch, fit, score }: EpochOutcome): EpochReport {
  const { loss, accuracy } = score.value;
  if (!Number.isFinite(loss)) {
    throw divergence(assignment, `the validation loss after epoch ${epoch} is ${loss}`);
  }
  return {
    epoch,
    trainLoss: fit.value.loss,
    trainAccuracy: fit.value.accuracy,
    validationLoss: loss,
    validationAccuracy: accuracy,
    seconds: fit.seconds + score.seconds,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}
