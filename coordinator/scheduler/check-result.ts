import { MOST_PREDICTIONS, type EpochReport, type Plan, type Score } from '../../shared/domain.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { confusionMatrix, findScoreProblem } from '../../shared/metrics.ts';
import type { ReportedEvaluation, ReportedFold } from '../../shared/wire/results.ts';

/** @throws ProtocolError for an epoch that the plan does not have. */
export function checkEpoch({ epoch }: EpochReport, { training: { epochs } }: Plan): void {
  if (epoch > epochs) throw new ProtocolError(`epoch ${epoch} of ${epochs}`);
}

/**
 * Holds a reported result against the plan before anything believes it.
 * @param labels of the whole training part.
 * @throws ProtocolError naming the first thing that cannot be.
 */
export function checkFoldResult(result: ReportedFold, plan: Plan, labels: Uint8Array): void {
  const validation = plan.validation[result.fold];
  if (validation === undefined) {
    throw new ProtocolError(`fold ${result.fold} does not exist in a plan of ${plan.k}`);
  }
  const expectedTrain = plan.dataset.train.count - validation.length;
  expectEqual('training images', result.trainSize, expectedTrain);
  expectEqual('validation images', result.validationSize, validation.length);
  expectEqual('epochs', result.epochs.length, plan.training.epochs);
  result.epochs.forEach(({ epoch }, index) => expectEqual('number of the epoch', epoch, index + 1));
  const part = Uint8Array.from(validation, (index) => labels[index] ?? 0);
  checkScore(result.validation, part, plan.dataset.classes.length);
}

/**
 * @param labels of the evaluated part.
 * @throws ProtocolError
 */
export function checkEvaluation(result: ReportedEvaluation, plan: Plan, labels: Uint8Array): void {
  const { score, predicted } = result;
  const classCount = plan.dataset.classes.length;
  checkScore(score, labels, classCount);
  const expected = labels.length > MOST_PREDICTIONS ? 0 : labels.length;
  expectEqual('predictions', predicted.length, expected);
  if (expected === 0) return;
  const stray = predicted.findIndex((label) => label >= classCount);
  if (stray >= 0) {
    throw new ProtocolError(`image ${stray} is predicted to be of class ${predicted[stray]}`);
  }
  const counted = confusionMatrix(labels, predicted, classCount).flat();
  const told = score.confusion.flat();
  if (counted.some((count, place) => count !== told[place])) {
    throw new ProtocolError('the predictions do not give the confusion matrix');
  }
}

function checkScore(score: Score, labels: Uint8Array, classCount: number): void {
  const problem = findScoreProblem(score, { classCount, labels });
  if (problem !== undefined) throw new ProtocolError(problem);
}

function expectEqual(what: string, got: number, expected: number): void {
  if (got !== expected) throw new ProtocolError(`${what}: ${got}, expected ${expected}`);
}
