import type { WorkerId } from '../../shared/domain.ts';
import type { Verdict } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { settle } from './settle.ts';
import { isOver, type Effect, type RunState, type SchedulerEvent, type Step } from './state.ts';
import { alsoDo, happen, lose, stay } from './transitions.ts';
import { isLive, isSame, leaseOf, updateWorker, workOf } from './work.ts';

/** How workers come, stay and go. */

type EventOf<Type> = Extract<SchedulerEvent, { type: Type }>;

export function joined(state: RunState, { worker, host, engine }: EventOf<'workerJoined'>): Step {
  const known = state.workers.get(worker);
  // It was let in, lost its connection and greeted again before any of that was taken in.
  if (known) return known.isConnected ? stay(state) : settle(back(state, worker));
  if (state.engine !== null && state.engine !== engine) {
    const reason = `this run trains with ${state.engine}, the worker has ${engine}`;
    return [state, [{ type: 'dismiss', worker, reason }]];
  }
  return settle(happen(stay(state), { type: 'run.worker-joined', worker, host, engine }));
}

/** A worker was heard of, which moves its lease on. */
export const heard = (state: RunState, worker: WorkerId): RunState =>
  updateWorker(state, worker, { leaseEndsMs: state.nowMs + state.limits.leaseMs });

/** A worker within its lease carries on with what it holds, where that is still its own. */
export function returned(state: RunState, { worker, holds }: EventOf<'workerReturned'>): Step {
  const known = state.workers.get(worker);
  const answered = holds === null ? [] : answerTo(state, worker, holds);
  if (known === undefined) {
    const reason = 'its lease is over; it may join anew';
    return [state, [...answered, { type: 'dismiss', worker, reason }]];
  }
  const here = known.isConnected ? stay(heard(state, worker)) : back(state, worker);
  const told = alsoDo(here, ...answered);
  const { busy } = known;
  const holdsIt = busy === null || (holds !== null && isSame(holds, busy));
  return settle(holdsIt ? told : forgotten(told, worker, busy));
}

const back = (state: RunState, worker: WorkerId): Step =>
  happen(stay(state), { type: 'run.worker-returned', worker });

/** What a worker that comes back is told of an attempt that has been settled meanwhile. */
function answerTo(state: RunState, worker: WorkerId, id: AttemptId): Effect[] {
  if (isLive(state, worker, id)) return [];
  if (isAccepted(state, worker, id)) return [{ type: 'acknowledge', worker, id }];
  return [{ type: 'cancel', worker, id, reason: 'this attempt is not live any more' }];
}

function isAccepted(state: RunState, worker: WorkerId, id: AttemptId): boolean {
  const work = workOf(state, id);
  return work?.status === 'done' && work.attempt === id.attempt && work.result.worker === worker;
}

/** The worker is there, but does not have what it is thought to have. */
function forgotten(step: Step, worker: WorkerId, id: AttemptId): Step {
  const reason = 'its worker does not have it';
  const lost = lose(step, { worker, id, cause: 'preempted', reason });
  return alsoDo(lost, { type: 'cancel', worker, id, reason });
}

export const disconnected = (state: RunState, worker: WorkerId): RunState =>
  updateWorker(state, worker, { isConnected: false });

/** The worker is gone for good, and what it had is lost to it. */
export function leave(step: Step, worker: WorkerId, reason: string): Step {
  const known = step[0].workers.get(worker);
  if (known === undefined) return step;
  const left = happen(step, { type: 'run.worker-left', worker, reason });
  const { busy: id } = known;
  return id === null ? left : lose(left, { worker, id, cause: 'preempted', reason });
}

export function renewed(state: RunState, { worker, number, holds }: EventOf<'renewed'>): Step {
  const renewal = (verdict: Verdict): Effect => ({ type: 'renew', worker, number, verdict });
  const known = state.workers.get(worker);
  if (isOver(state.phase)) return [state, [renewal('cancel')]];
  if (known === undefined) return [state, [renewal('lost')]];
  const next = heard(state, worker);
  if (holds !== null) return [next, [renewal(verdictOn(state, worker, holds))]];
  const told: Step = [next, [renewal('continue')]];
  const { busy } = known;
  // What was assigned just now may not have reached it; what was assigned long ago was lost.
  const lease = busy && leaseOf(state, worker, busy);
  if (!busy || !lease || state.nowMs - lease.startedMs < state.limits.leaseMs) return told;
  return settle(forgotten(told, worker, busy));
}

function verdictOn(state: RunState, worker: WorkerId, id: AttemptId): Verdict {
  // Where it was accepted, the answer is on its way.
  if (isLive(state, worker, id) || isAccepted(state, worker, id)) return 'continue';
  const work = workOf(state, id);
  return work?.status === 'done' || work?.status === 'exhausted' ? 'cancel' : 'lost';
}

/** Gives up workers whose lease is over. */
export function ticked(state: RunState): Step {
  const reason = `not heard of for ${state.limits.leaseMs / 1000} s`;
  const gone = [...state.workers].filter(([, { leaseEndsMs }]) => leaseEndsMs <= state.nowMs);
  return settle(
    gone.reduce<Step>(
      (step, [worker]) => leave(alsoDo(step, { type: 'dismiss', worker, reason }), worker, reason),
      stay(state),
    ),
  );
}
