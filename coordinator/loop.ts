import type { WorkerId } from '../shared/domain.ts';
import { FoldwiseError } from '../shared/errors.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import { violations } from './invariants.ts';
import { isLive } from './leasing.ts';
import { step } from './scheduler.ts';
import type { Effect, Outcome, RunState, SchedulerEvent } from './state.ts';

type EffectOf<Type> = Extract<Effect, { type: Type }>;

/** Performs what the scheduler decides. Each may wait; a rejection ends the run. */
export interface Performers {
  readonly assign: (effect: EffectOf<'assign'>) => void;
  readonly keepModel: (effect: EffectOf<'keepModel'>) => Promise<void>;
  readonly acknowledge: (effect: EffectOf<'acknowledge'>) => void;
  readonly cancel: (effect: EffectOf<'cancel'>) => void;
  readonly dismiss: (effect: EffectOf<'dismiss'>) => void;
  readonly publish: (effect: EffectOf<'publish'>) => void;
}

export interface Loop {
  /** Queues an event; its effects are performed in order, after those of earlier events. */
  readonly dispatch: (event: SchedulerEvent) => void;
  readonly state: () => RunState;
  readonly isLive: (worker: WorkerId, id: AttemptId) => boolean;
  /** Ends the run for something outside the scheduler, a full disk for one. */
  readonly fail: (reason: Error) => void;
  /** How the run ended; rejects where an effect could not be performed. */
  readonly outcome: Promise<Outcome>;
}

/** Owns the state of a run: the only place where it moves. */
export function createLoop(initial: RunState, performers: Performers): Loop {
  let state = initial;
  let turn = Promise.resolve();
  const { promise: outcome, resolve, reject } = withResolvers<Outcome>();

  const take = async (event: SchedulerEvent): Promise<void> => {
    const [next, effects] = step(state, event);
    const broken = violations(next);
    if (broken.length > 0) {
      throw new FoldwiseError(
        `the scheduler broke its rules at ${event.type}: ${broken.join('; ')}`,
      );
    }
    state = next;
    for (const effect of effects) {
      if (effect.type === 'end') resolve(effect.outcome);
      else await perform(effect, performers);
    }
  };
  return {
    dispatch: (event) => {
      turn = turn.then(() => take(event)).catch(reject);
    },
    state: () => state,
    isLive: (worker, id) => isLive(state, worker, id),
    fail: reject,
    outcome,
  };
}

async function perform(
  effect: Exclude<Effect, { type: 'end' }>,
  performers: Performers,
): Promise<void> {
  switch (effect.type) {
    case 'keepModel':
      return performers.keepModel(effect);
    case 'assign':
      return performers.assign(effect);
    case 'acknowledge':
      return performers.acknowledge(effect);
    case 'cancel':
      return performers.cancel(effect);
    case 'dismiss':
      return performers.dismiss(effect);
    case 'publish':
      return performers.publish(effect);
  }
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
