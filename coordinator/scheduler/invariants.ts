import type { Plan } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { areFoldsSettled, isComplete } from './outcome.ts';
import { isOver, type RunState } from './state.ts';
import { isOpen, type AnyWork, type Leased } from './work.ts';

/**
 * What must hold after every step of the scheduler (docs/states.md).
 * @returns one sentence for each violation; none where all is well.
 */
export function violations(state: RunState): string[] {
  const found: string[] = [];
  const leased: Entry[] = [];
  const look = (work: AnyWork, task: AttemptId['task'], fold: number): void => {
    if (work.status !== 'leased' && work.status !== 'waiting') return;
    if (work.status === 'waiting' && work.checkpoints.length === 0) return;
    const id = { task, fold, attempt: work.attempt };
    const title = titleOf(id);
    found.push(...checkpointViolations(title, work));
    if (work.status !== 'leased') return;
    leased.push([id, work]);
    found.push(...leaseViolations(title, id, work));
  };
  // Of ten thousand folds most are waiting for the first time or done: they cost nothing.
  const open = state.folds.where(({ leased, begun }) => leased + begun > 0);
  for (const [fold, work] of open) look(work, 'fold', fold);
  for (const [part, work] of state.evaluations) look(work, part, state.best ?? 0);
  found.push(...holderViolations(state, leased), ...phaseViolations(state));
  return [...found, ...evaluationViolations(state)];
}

type Entry = readonly [AttemptId, Leased];

const titleOf = ({ task, fold }: AttemptId): string =>
  task === 'fold' ? `fold ${fold}` : `${task} of fold ${fold}`;

function checkpointViolations(
  title: string,
  { checkpoints }: Pick<Leased, 'checkpoints'>,
): string[] {
  const found = checkpoints.length > 2 ? [`${title} keeps ${checkpoints.length} checkpoints`] : [];
  const isOrdered = checkpoints.every(
    ({ epoch }, place) => place === 0 || epoch < (checkpoints[place - 1]?.epoch ?? 0),
  );
  return isOrdered ? found : [...found, `the checkpoints of ${title} are not the newest first`];
}

function leaseViolations(title: string, { task }: AttemptId, work: Leased): string[] {
  const { leases, attempt } = work;
  const found: string[] = [];
  const most = task === 'fold' ? 2 : 1;
  if (leases.length < 1 || leases.length > most) found.push(`${title} has ${leases.length} leases`);
  if (new Set(leases.map(({ worker }) => worker)).size !== leases.length) {
    found.push(`${title} has two leases at one worker`);
  }
  const isGrowing = leases.every(
    (lease, place) =>
      lease.attempt <= attempt &&
      (place === 0 || lease.attempt > (leases[place - 1]?.attempt ?? 0)),
  );
  if (!isGrowing) found.push(`the attempts at ${title} do not grow`);
  const isBehind = leases.some(({ epoch, from }) => epoch < (from?.epoch ?? 0));
  if (isBehind) found.push(`${title} is behind the checkpoint it went on from`);
  return found;
}

/** Leases and what workers are busy with tell the same. */
function holderViolations({ phase, workers }: RunState, leased: readonly Entry[]): string[] {
  if (isOver(phase)) return [];
  const found: string[] = [];
  let leases = 0;
  for (const [{ task, fold }, work] of leased) {
    for (const { worker, attempt } of work.leases) {
      leases += 1;
      const busy = workers.get(worker)?.busy;
      if (busy?.task === task && busy.fold === fold && busy.attempt === attempt) continue;
      const says = busy ? `${busy.task} ${busy.fold} attempt ${busy.attempt}` : 'nothing';
      found.push(`${task} ${fold} attempt ${attempt} is leased to ${worker}, which holds ${says}`);
    }
  }
  const busy = [...workers.values()].filter((worker) => worker.busy !== null).length;
  return busy === leases ? found : [...found, `${busy} busy workers, ${leases} leases`];
}

function phaseViolations(state: RunState): string[] {
  const { phase, best } = state;
  const isEvaluating = phase === 'evaluating' || phase === 'finished';
  const isStopped = phase === 'failed' || phase === 'cancelled';
  const found: string[] = [];
  if (isEvaluating && !areFoldsSettled(state))
    found.push('the test began before every fold was done');
  if (isEvaluating !== (best !== null) && !isStopped) {
    found.push(`phase ${phase} with best fold ${best}`);
  }
  if (best !== null && best !== state.folds.tally.best?.fold) {
    found.push(`fold ${best} is selected, which is not the best`);
  }
  const hasEnded = isComplete(state);
  if (phase === 'finished' && !hasEnded) found.push('finished before all was evaluated');
  if (phase === 'evaluating' && hasEnded) found.push('all is evaluated, but the run goes on');
  return found;
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
