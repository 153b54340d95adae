import type { AttemptId } from '../../shared/wire/results.ts';
import type { Failure, RunState, Step, WorkerState } from './state.ts';
import { giveUp } from './transitions.ts';
import type { Waiting } from './work.ts';

/** What becomes of work that machines failed at. */

const onHost = ({ failures }: { readonly failures: readonly Failure[] }, host: string): Failure[] =>
  failures.filter((failure) => failure.host === host);

/**
 * Whether a worker may try work now: not before its time, nor where memory ran out at it. Where a
 * machine failed at it, it is left to another host, as long as there is one.
 */
export function mayTake(state: RunState, work: Waiting, { host }: WorkerState): boolean {
  if (work.notBeforeMs > state.nowMs) return false;
  const here = onHost(work, host);
  if (here.length === 0) return true;
  if (here.some(({ kind }) => kind === 'out-of-memory')) return false;
  return [...state.workers.values()].every(
    (other) => !other.isConnected || onHost(work, other.host).length > 0,
  );
}

/** Whether a worker may try what another one is late with: only where nothing has failed at it. */
export const maySecond = (
  { limits }: RunState,
  work: { readonly failures: readonly Failure[] },
  { host }: WorkerState,
): boolean => onHost(work, host).length === 0 && work.failures.length < limits.maxAttempts;

/** Gives up what machines failed at too often, and what no machine has the memory for. */
export function giveUpHopeless(step: Step): Step {
  const [state] = step;
  let current = step;
  for (const [id, work] of waitingWith(state)) {
    const last = work.failures.at(-1);
    const reason = last && hopeless(state, work, last);
    if (last === undefined || reason === undefined) continue;
    const failed = { ...id, attempt: last.attempt };
    current = giveUp(current, { worker: last.worker, id: failed, reason });
  }
  return current;
}

/** Work that waits after failures. */
function waitingWith({ folds, evaluations, best }: RunState): [AttemptId, Waiting][] {
  const found: [AttemptId, Waiting][] = [];
  for (const [fold, work] of folds.where(({ failed }) => failed > 0)) {
    if (work.status !== 'waiting') continue;
    found.push([{ task: 'fold', fold, attempt: work.attempt }, work]);
  }
  if (best === null) return found;
  for (const [task, work] of evaluations) {
    if (work.status !== 'waiting' || work.failures.length === 0) continue;
    found.push([{ task, fold: best, attempt: work.attempt }, work]);
  }
  return found;
}

function hopeless(state: RunState, work: Waiting, last: Failure): string | undefined {
  const { failures } = work;
  if (failures.length >= state.limits.maxAttempts) {
    const times = failures.length === 1 ? 'once' : `${failures.length} times`;
    return `machines failed at it ${times}, the last time ${last.host}: ${last.reason}`;
  }
  const short = failures.filter(({ kind }) => kind === 'out-of-memory');
  const hosts = new Set(short.map(({ host }) => host));
  const isElsewhere = [...state.workers.values()].some(({ host }) => !hosts.has(host));
  const mayCome = state.workers.size === 0 || state.nowMs < state.settledMs;
  if (hosts.size === 0 || isElsewhere || mayCome) return undefined;
  return (
    `out of memory on ${[...hosts].join(', ')}, and there is no worker on another host: ` +
    `${short.at(-1)?.reason ?? ''}. Take a smaller --batch-size, or a machine with more memory`
  );
}
