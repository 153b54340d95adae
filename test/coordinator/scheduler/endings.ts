import type { Outcome, RunState, SchedulerEvent } from '../../../coordinator/scheduler/state.ts';
import { done } from './happenings.ts';
import { c, join, tick } from './stories.ts';

/** Lets one worker do all that is left: the leases of the others are over. */
export function finish(state: () => RunState, take: (event: SchedulerEvent) => void): void {
  take(tick(state().nowMs + 1e6));
  take(join(c, state().nowMs));
  for (let guard = 0; guard < 50; guard += 1) {
    const busy = state().workers.get(c)?.busy;
    if (busy) take(done(c, busy));
    else return;
  }
}

/** What a run came to, whoever did it at whichever attempt, and whatever they warned of. */
export function resultOf(outcome: Outcome | undefined) {
  if (outcome?.status !== 'finished') return outcome;
  const { folds, missing, best, evaluation, transfer } = outcome;
  const warnings = outcome.warnings.filter((message) => message !== 'this' && message !== 'that');
  const evaluations = [evaluation, transfer?.paper, transfer?.fit];
  return {
    best,
    missing,
    warnings,
    folds: folds.map(({ fold, validation }) => ({ fold, validation })),
    evaluations: evaluations.map((one) => ({
      part: one?.part,
      score: one?.score,
      fold: one?.fold,
    })),
  };
}
