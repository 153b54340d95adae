import type { Plan, WorkerId } from '../shared/domain.ts';
import { isOpen } from './leasing.ts';
import { finishedOutcome } from './outcome.ts';
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
  for (const [part, work] of state.evaluations) {
    if (work.status !== 'leased') continue;
    holders.set(`${part} ${state.best} attempt ${work.attempt}`, work.worker);
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
  const { phase, best } = state;
  const done = state.folds.filter(({ status }) => status === 'done').length;
  const isEvaluating = phase === 'evaluating' || phase === 'finished';
  const isStopped = phase === 'failed' || phase === 'cancelled';
  const found: string[] = [];
  if (isEvaluating && done !== state.folds.length)
    found.push('the test began before every fold was done');
  if (isEvaluating !== (best !== null) && !isStopped) {
    found.push(`phase ${phase} with best fold ${best}`);
  }
  const isOver = finishedOutcome(state) !== null;
  if (phase === 'finished' && !isOver) found.push('finished before all was evaluated');
  if (phase === 'evaluating' && isOver) found.push('all is evaluated, but the run goes on');
  return [...found, ...evaluationViolations(state)];
}

/** The test waits for the selection of a fold, the transfer evaluation for the test. */
function evaluationViolations(state: RunState): string[] {
  const found = state.evaluations.has('test') ? [] : ['there is no test'];
  for (const [part, { status, attempt }] of state.evaluations) {
    const hasBegun = status !== 'waiting' || attempt > 1;
    if (hasBegun && !isOpen(state, part)) found.push(`${part} began before it was open`);
  }
  return found;
}

/** Every training sample validates exactly once; the transfer pictures are the same both ways. */
export function planViolations({ validation, dataset, transfer, k }: Plan): string[] {
  const seen = new Uint8Array(dataset.train.count);
  for (const index of validation.flat()) seen[index] = (seen[index] ?? 0) + 1;
  const found = validation.length === k ? [] : [`${validation.length} folds, the plan says ${k}`];
  const wrong = seen.findIndex((times) => times !== 1);
  if (wrong >= 0) found.push(`sample ${wrong} validates ${seen[wrong]} times`);
  if (transfer !== undefined && transfer.paper.count !== transfer.fit.count) {
    found.push(`${transfer.paper.count} pictures made one way, ${transfer.fit.count} the other`);
  }
  return found;
}
