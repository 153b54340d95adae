import type { Plan, Score } from '../shared/domain.ts';
import { ProtocolError } from '../shared/errors.ts';
import type { ReportedEvaluation, ReportedFold } from '../shared/wire/results.ts';

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

/** @param labels of the test part. @throws ProtocolError */
export function checkEvaluation(result: ReportedEvaluation, plan: Plan, labels: Uint8Array): void {
  checkScore(result.score, labels, plan.dataset.classes.length);
}

/** The rows of a confusion matrix must count the true labels, and its diagonal give the accuracy. */
function checkScore(
  { loss, accuracy, confusion }: Score,
  labels: Uint8Array,
  classes: number,
): void {
  if (!Number.isFinite(loss)) throw new ProtocolError(`the loss is ${loss}`);
  expectEqual('classes in the confusion matrix', confusion.length, classes);
  const support = new Array<number>(classes).fill(0);
  for (const label of labels) support[label] = (support[label] ?? 0) + 1;
  confusion.forEach((row, label) =>
    expectEqual(`images of class ${label}`, sum(row), support[label] ?? 0),
  );
  const correct = sum(confusion.map((row, label) => row[label] ?? 0));
  if (Math.abs(accuracy - correct / labels.length) > 1e-9) {
    throw new ProtocolError(`accuracy ${accuracy}, but ${correct} of ${labels.length} are right`);
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function expectEqual(what: string, got: number, expected: number): void {
  if (got !== expected) throw new ProtocolError(`${what}: ${got}, expected ${expected}`);
}
