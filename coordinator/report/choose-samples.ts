import type { EvaluationResult } from '../../shared/domain.ts';
import type { TransferSet } from '../../shared/transfer.ts';

/** Pictures of all classes together, and of one class. */
const MOST_SAMPLES = 40;
const MOST_OF_CLASS = 4;

/**
 * Chooses pictures to show of a transfer evaluation: of each true class as many right as wrong
 * answers of the `fit` way, as far as there are, each spread evenly over the order of the table.
 * The choice follows from the answers alone; nobody looked at the pictures. Pure.
 *
 * @returns indices into the set, by true class, right answers first; none where the predictions
 *   of single pictures were not kept
 */
export function chooseSamples(
  { fit: { labels } }: Pick<TransferSet, 'fit'>,
  { predicted }: Pick<EvaluationResult, 'predicted'>,
): number[] {
  if (predicted.length !== labels.length) return [];
  const classes = [...new Set(labels)].sort((a, b) => a - b).slice(0, MOST_SAMPLES);
  const room = Math.min(MOST_OF_CLASS, Math.floor(MOST_SAMPLES / classes.length));
  return classes.flatMap((label) => {
    const members = [...labels.keys()].filter((index) => labels[index] === label);
    const right = members.filter((index) => predicted[index] === label);
    const wrong = members.filter((index) => predicted[index] !== label);
    const wrongCount = Math.min(wrong.length, Math.max(Math.ceil(room / 2), room - right.length));
    return [...spread(right, room - wrongCount), ...spread(wrong, wrongCount)];
  });
}

/** At most `count` of the items, the middles of as many equal stretches. */
function spread(items: readonly number[], count: number): number[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, at) => items[Math.floor(((at + 0.5) * items.length) / count)] ?? 0,
  );
}
