import type { EvaluationResult, FoldResult, WorkerId } from '../../shared/domain.ts';
import type { LossCause, ProgressEvent } from '../../shared/events.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { apply } from './facts.ts';
import { droppedBetween } from './kept-checkpoints.ts';
import type { Effect, Outcome, RunState, Step } from './state.ts';
import { workOf } from './work.ts';

/** The moves of the scheduler: each takes a step so far and takes it further. */

export const stay = (state: RunState): Step => [state, []];

export const alsoDo = ([state, effects]: Step, ...more: readonly Effect[]): Step => [
  state,
  [...effects, ...more],
];

/** Something happens: it is recorded, and the state is what it makes of it. */
export function happen(
  [state, effects]: Step,
  event: ProgressEvent,
  result?: FoldResult | EvaluationResult,
): Step {
  const next = apply(state, event, result);
  const recorded: Effect = { type: 'record', event, ...(result && { result }) };
  if (!('fold' in event)) return [next, [...effects, recorded]];
  const { fold } = event;
  const digests = droppedBetween(state, next, fold);
  const dropped: Effect[] = digests.length > 0 ? [{ type: 'dropCheckpoints', fold, digests }] : [];
  return [next, [...effects, recorded, ...dropped]];
}

/** An attempt that ended without a result. */
export interface Loss {
  readonly worker: WorkerId;
  readonly id: AttemptId;
  readonly cause: LossCause;
  readonly reason: string;
}

/** An attempt is over; its work waits for the next one. */
export function lose(step: Step, { worker, id, cause, reason }: Loss): Step {
  const { task, fold, attempt } = id;
  const loss = { fold, attempt, worker, cause, reason };
  if (task === 'fold') return happen(step, { type: 'fold.lost', ...loss });
  return happen(step, { type: 'run.evaluation-lost', part: task, ...loss });
}

/** Work is given up for good; whoever else is at it is told to stop. */
export function giveUp(step: Step, { worker, id, reason }: Omit<Loss, 'cause'>): Step {
  const { task, fold, attempt } = id;
  const end = { fold, attempt, worker, reason };
  const given = happen(
    step,
    task === 'fold'
      ? { type: 'fold.failed', ...end }
      : { type: 'run.evaluation-failed', part: task, ...end },
  );
  return supersede(given, { before: step[0], id, reason: 'this work was given up' });
}

/** Ends the other attempts at work that one attempt has settled. */
export function supersede(
  step: Step,
  {
    before,
    id,
    reason,
  }: { readonly before: RunState; readonly id: AttemptId; readonly reason: string },
): Step {
  const work = workOf(before, id);
  if (work?.status !== 'leased') return step;
  const others = work.leases.filter(({ attempt }) => attempt !== id.attempt);
  return others.reduce<Step>((soFar, { attempt, worker }) => {
    const other = { ...id, attempt };
    const lost = lose(soFar, { worker, id: other, cause: 'superseded', reason });
    return alsoDo(lost, { type: 'cancel', worker, id: other, reason });
  }, step);
}

/** Ends the run: whatever still trains is told to stop. */
export function end(step: Step, event: ProgressEvent, outcome: Outcome): Step {
  const [state] = step;
  const ended = happen(step, event);
  const cancels = [...state.workers].flatMap(([worker, { busy }]): Effect[] =>
    busy === null
      ? []
      : [{ type: 'cancel', worker, id: busy, reason: `the run is ${outcome.status}` }],
  );
  return alsoDo(ended, ...cancels, { type: 'end', outcome });
}
