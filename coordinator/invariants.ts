import type { Plan, WorkerId } from '../shared/domain.ts';
import type { RunState } from './state.ts';

/**
 * What must hold of the plan and after every step of the scheduler.
 * @returns one sentence for each violation; none where all is well.
 */
export function violations(state: RunState): string[] {
  return [...leaseViolations(state), ...phaseViolations(state)];
}

function leaseViolations(state: RunState): string[] {
  const found: string[] = [];
  const holders = new Map<string, WorkerId>();
  state.folds.forEach((work, fold) => {
    if (work.status === 'leased') holders.set(`fold ${fold} attempt ${work.attempt}`, work.worker);
  });
  if (state.evaluation.status === 'leased') {
    holders.set(`test ${state.best} attempt ${state.evaluation.attempt}`, state.evaluation.worker);
  }
  const isRunning = state.phase === 'training' || state.phase === 'evaluating';
  for (const [key, worker] of holders) {
    const busy = state.workers.get(worker)?.busy;
    const says = busy ? `${busy.task} ${busy.fold} attempt ${busy.attempt}` : 'nothing';
    if (isRunning && says !== key) found.push(`${key} is leased to ${worker}, which holds ${says}`);
  }
  if (new Set(holders.values()).size !== holders.size) found.push('one worker holds two leases');
  const busy = [...state.workers.values()].filter((worker) => worker.busy !== null).length;
  if (isRunning && busy !== holders.size)
    found.push(`${busy} busy workers, ${holders.size} leases`);
  return found;
}

function phaseViolations(state: RunState): string[] {
  const done = state.folds.filter(({ status }) => status === 'done').length;
  const isTesting = state.phase === 'evaluating' || state.phase === 'finished';
  const found: string[] = [];
  if (isTesting && done !== state.folds.length)
    found.push('the test began before every fold was done');
  if (
    isTesting !== (state.best !== null) &&
    state.phase !== 'failed' &&
    state.phase !== 'cancelled'
  ) {
    found.push(`phase ${state.phase} with best fold ${state.best}`);
  }
  if (state.best === null && state.evaluation.status !== 'waiting') {
    found.push('the test began before a fold was selected');
  }
  if (state.phase === 'finished' && state.evaluation.status !== 'done') {
    found.push('finished without a test result');
  }
  return found;
}

/** Every training sample validates exactly once. */
export function planViolations({ validation, dataset, k }: Plan): string[] {
  const seen = new Uint8Array(dataset.train.count);
  for (const index of validation.flat()) seen[index] = (seen[index] ?? 0) + 1;
  const found = validation.length === k ? [] : [`${validation.length} folds, the plan says ${k}`];
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong >= 0) found.push(`sample ${wrong} validates ${seen[wrong]} times`);
  return found;
}
