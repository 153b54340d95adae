import { select } from './evaluating.ts';
import { giveUpHopeless } from './failures.ts';
import { assignWaiting } from './leasing.ts';
import { areFoldsSettled, failedOutcome, finishedEvent, finishedOutcome } from './outcome.ts';
import { isOver, type RunState, type Step } from './state.ts';
import { end, happen } from './transitions.ts';

/**
 * What follows from where a step has led: work without hope is given up, the run moves on or ends,
 * and idle workers get what waits.
 */
export function settle(step: Step): Step {
  if (isOver(step[0].phase)) return step;
  const given = giveUpHopeless(step);
  const moved = given[0].phase === 'training' ? afterTraining(given) : afterEvaluating(given);
  return isOver(moved[0].phase) ? moved : assignWaiting(moved);
}

function afterTraining(step: Step): Step {
  const [state] = step;
  const { exhausted, done } = state.folds.tally;
  if (exhausted > 0 && !state.limits.allowPartial) return fail(step, firstFailure(state));
  if (!areFoldsSettled(state)) return step;
  if (done > 0) return select(step);
  return fail(step, `no fold could be trained; ${firstFailure(state)}`);
}

/** Of the folds that were given up, of which there is one, the lowest. */
function firstFailure({ folds }: RunState): string {
  const [first] = folds.where(({ exhausted }) => exhausted > 0);
  const [fold, work] = first ?? [];
  return work?.status === 'exhausted'
    ? `fold ${fold} failed at attempt ${work.attempt}: ${work.reason}`
    : `a fold failed`;
}

function afterEvaluating(step: Step): Step {
  const [state] = step;
  const test = state.evaluations.get('test');
  if (test?.status === 'exhausted') {
    return fail(step, `the final test failed at attempt ${test.attempt}: ${test.reason}`);
  }
  const outcome = finishedOutcome(state);
  if (outcome === null) return step;
  const lacking = outcome.warnings.filter((message) => !state.warnings.includes(message));
  const warned = lacking.reduce<Step>(
    (soFar, message) => happen(soFar, { type: 'run.warning', message }),
    step,
  );
  return end(warned, finishedEvent(state, outcome), outcome);
}

const fail = (step: Step, reason: string): Step =>
  end(step, { type: 'run.failed', reason }, failedOutcome(step[0], reason));
