import type { WorkerId } from '../shared/domain.ts';
import type { ProgressEvent } from '../shared/events.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import { assignWaiting, replaceWork, withWorker, workOf } from './leasing.ts';
import { finishedEvent, finishedOutcome } from './outcome.ts';
import type { Effect, Outcome, Phase, RunState, Step } from './state.ts';

/** The moves of the scheduler: each takes a state and yields the next with what is to be done. */

export const publish = (event: ProgressEvent): Effect => ({ type: 'publish', event });

/** An attempt that ended without a result. */
export interface Loss {
  readonly worker: WorkerId;
  readonly id: AttemptId;
  readonly reason: string;
}

/** Returns the work of a lost attempt to waiting. */
export function giveBack(state: RunState, loss: Loss, effects: readonly Effect[]): Step {
  const { id, worker, reason } = loss;
  const failedAt = workOf(state, id)?.failedAt ?? [];
  const next = replaceWork(state, id, { status: 'waiting', attempt: id.attempt + 1, failedAt });
  const events: Effect[] =
    id.task === 'fold'
      ? [publish({ type: 'fold.lost', fold: id.fold, attempt: id.attempt, worker, reason })]
      : [publish({ type: 'run.warning', message: `${titleOf(id)} starts again: ${reason}` })];
  return assignWaiting(next, [...effects, ...events]);
}

function titleOf({ task, fold }: AttemptId): string {
  if (task === 'fold') return `fold ${fold}`;
  return task === 'test' ? 'the final test' : `the evaluation of ${task}`;
}

const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;

/** A machine that failed rests, and another one is to try the work; after too many it is given up. */
export function machineFailed(state: RunState, loss: Loss): Step {
  const { worker, id } = loss;
  const known = state.workers.get(worker);
  const work = workOf(state, id);
  if (known === undefined || work === null) return [state, []];
  const failedAt = [...work.failedAt, worker];
  const blamed = replaceWork(free(state, worker), id, { ...work, failedAt });
  if (failedAt.length >= state.limits.maxFailures) return exhaust(blamed, loss, []);
  const restMs = Math.min(FIRST_REST_MS * 2 ** known.failures, LONGEST_REST_MS);
  const resting = {
    ...known,
    busy: null,
    failures: known.failures + 1,
    restsUntilMs: state.nowMs + restMs,
  };
  return giveBack({ ...blamed, workers: withWorker(blamed, worker, resting) }, loss, []);
}

/** A worker that gets on with its work has no failures to rest for. */
export function wellAgain(state: RunState, worker: WorkerId): RunState {
  const known = state.workers.get(worker);
  if (known === undefined || known.failures === 0) return state;
  return { ...state, workers: withWorker(state, worker, { ...known, failures: 0 }) };
}

/**
 * Gives work up for good. The run fails with a fold or the test, but not with the transfer
 * evaluation: what was trained and tested is not to be lost for its sake.
 */
export function exhaust(state: RunState, loss: Loss, effects: readonly Effect[]): Step {
  const { id, worker, reason } = loss;
  const next = replaceWork(state, id, { status: 'exhausted', attempt: id.attempt, reason });
  if (id.task !== 'fold' && id.task !== 'test') return proceed(next, effects);
  const failure = `${titleOf(id)} failed at attempt ${id.attempt}: ${reason}`;
  const events: Effect[] =
    id.task === 'fold'
      ? [publish({ type: 'fold.failed', fold: id.fold, attempt: id.attempt, worker, reason })]
      : [];
  return end(next, 'failed', { status: 'failed', reason: failure }, [
    ...effects,
    ...events,
    publish({ type: 'run.failed', reason: failure }),
  ]);
}

/** Goes on evaluating, or finishes the run where that is over. */
export function proceed(state: RunState, effects: readonly Effect[]): Step {
  const outcome = finishedOutcome(state);
  if (outcome === null) return assignWaiting(state, effects);
  const lacking = outcome.warnings.slice(state.warnings.length);
  const warnings = lacking.map((message) => publish({ type: 'run.warning', message }));
  const finished = publish(finishedEvent(state, outcome));
  return end(state, 'finished', outcome, [...effects, ...warnings, finished]);
}

/** Ends the run: whatever still trains is told to stop. */
export function end(
  state: RunState,
  phase: Phase,
  outcome: Outcome,
  effects: readonly Effect[],
): Step {
  const cancels = [...state.workers].flatMap(([worker, { busy }]): Effect[] =>
    busy === null ? [] : [{ type: 'cancel', worker, id: busy, reason: `the run is ${phase}` }],
  );
  return [{ ...state, phase }, [...effects, ...cancels, { type: 'end', outcome }]];
}

/** Frees the worker of an attempt; it may have gone already. */
export function free(state: RunState, worker: WorkerId): RunState {
  const known = state.workers.get(worker);
  if (known === undefined) return state;
  return { ...state, workers: withWorker(state, worker, { ...known, busy: null }) };
}
