import type { EpochReport, FoldAssignment, Score } from '../../shared/domain.ts';
import { divergence, type EpochSummary } from './epoch.ts';

export interface EpochsOptions {
  readonly assignment: FoldAssignment;
  readonly onEpoch: (report: EpochReport) => Promise<void>;
  readonly trainEpoch: (epoch: number) => Promise<EpochSummary>;
  readonly validate: () => Promise<Score>;
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
  const { assignment } = options;
  const epochs: EpochReport[] = [];
  let fitSeconds = 0;
  for (let epoch = 1; ; epoch++) {
    const fit = await timed(() => options.trainEpoch(epoch));
    fitSeconds += fit.seconds;
    const score = await timed(options.validate);
    const validation = score.value;
    if (!Number.isFinite(validation.loss)) {
      throw divergence(
        assignment,
        `the validation loss after epoch ${epoch} is ${validation.loss}`,
      );
    }
    const report = {
      epoch,
      trainLoss: fit.value.loss,
      trainAccuracy: fit.value.accuracy,
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
      seconds: fit.seconds + score.seconds,
    };
    epochs.push(report);
    await options.onEpoch(report);
    if (epoch >= assignment.training.epochs) {
      return { epochs, validation, fitSeconds, scoreSeconds: score.seconds };
    }
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}
