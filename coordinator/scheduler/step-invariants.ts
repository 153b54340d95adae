import type { RunState } from './state.ts';
import type { AnyWork } from './work.ts';

const PHASES = ['training', 'evaluating', 'finished', 'failed', 'cancelled'];

/**
 * What must hold between the state before a step and that after it: attempts, epochs and phases
 * only grow, and what was accepted stays.
 * @returns one sentence for each violation; none where all is well.
 */
export function stepViolations(before: RunState, after: RunState): string[] {
  const found = [...after.folds].flatMap((work, fold) =>
    workViolations(`fold ${fold}`, before.folds.at(fold), work),
  );
  for (const [part, work] of after.evaluations) {
    found.push(...workViolations(part, before.evaluations.get(part), work));
  }
  if (PHASES.indexOf(after.phase) < PHASES.indexOf(before.phase)) {
    found.push(`the run went from ${before.phase} back to ${after.phase}`);
  }
  if (before.best !== null && before.best !== after.best) found.push('another fold is selected');
  if (before.engine !== null && before.engine !== after.engine) found.push('another engine');
  return found;
}

function workViolations(title: string, before: AnyWork | undefined, after: AnyWork): string[] {
  if (before === undefined || before === after) return [];
  if (after.status === 'done' && after.result.attempt !== after.attempt) {
    return [`${title} is done with the result of another attempt`];
  }
  if (before.status === 'done' || before.status === 'exhausted') {
    return [`${title} was ${before.status}, and moved`];
  }
  const found =
    after.status !== 'exhausted' && after.status !== 'done' && after.attempt < before.attempt
      ? [`the attempts at ${title} went from ${before.attempt} back to ${after.attempt}`]
      : [];
  if (before.status !== 'leased' || after.status !== 'leased') return found;
  for (const { attempt, epoch } of after.leases) {
    const earlier = before.leases.find((lease) => lease.attempt === attempt);
    if (earlier && epoch < earlier.epoch) found.push(`attempt ${attempt} at ${title} lost epochs`);
  }
  return found;
}
