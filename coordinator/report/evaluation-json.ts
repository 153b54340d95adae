import type { EvaluationResult } from '../../shared/domain.ts';
import { perClass, totalOf, type ClassScore } from '../../shared/metrics.ts';
import { accuracyInterval, mean } from '../../shared/statistics.ts';
import type { ReportEvaluation } from './report-schema.ts';

/** Makes what `report.json` says of a part that the selected model was evaluated on. Pure. */
export function describeEvaluation(
  result: EvaluationResult,
  classes: readonly string[],
): ReportEvaluation {
  const { score, fold, attempt, worker, seconds, environment } = result;
  const { loss, accuracy, confusion } = score;
  const correct = confusion.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  return {
    ...{ loss, accuracy, confusion },
    perClass: perClass(confusion, classes),
    interval: {
      ...{ level: 0.95, ...accuracyInterval(correct, totalOf(confusion)) },
      method: 'Wilson score',
    },
    ...{ fold, attempt, worker, seconds, environment },
  };
}

/** Mean recall of the classes that occur, as scikit-learn's balanced_accuracy_score. */
export function balancedAccuracy(
  scores: readonly Pick<ClassScore, 'support' | 'recall'>[],
): number {
  return mean(scores.filter(({ support }) => support > 0).map(({ recall }) => recall));
}
