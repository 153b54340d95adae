import type { WorkerId } from '../shared/domain.ts';
import { FoldwiseError } from '../shared/errors.ts';
import type { AttemptId } from '../shared/wire/results.ts';
import { inBatches } from './batches.ts';
import { violations } from './scheduler/invariants.ts';
import { isLive } from './scheduler/leasing.ts';
import { step } from './scheduler/scheduler.ts';
import type { Effect, Outcome, RunState, SchedulerEvent } from './scheduler/state.ts';

export type EffectOf<Type> = Extract<Effect, { type: Type }>;
export type MessageEffect = EffectOf<'assign' | 'acknowledge' | 'renew' | 'cancel' | 'dismiss'>;

/** Performs what the scheduler decides; a rejection ends the run. */
export interface Performers {
  readonly keepModel: (effect: EffectOf<'keepModel'>) => Promise<void>;
  /** Returns once the disk has all of them. */
  readonly record: (effects: readonly EffectOf<'record'>[]) => Promise<void>;
  readonly send: (effect: MessageEffect) => void;
  readonly dropCheckpoints: (effect: EffectOf<'dropCheckpoints'>) => Promise<void>;
}

export interface Loop {
  /**
   * Queues an event.
   *
   * @returns true once all that follows from it is on the disk and on its way; false where the run
   *   could not go on
   */
  readonly dispatch: (event: SchedulerEvent) => Promise<boolean>;
  readonly state: () => RunState;
  readonly isLive: (worker: WorkerId, id: AttemptId) => boolean;
  /** Ends the run for something outside the scheduler, a broken disk for one. */
  readonly fail: (reason: Error) => void;
  /** How the run ended; rejects where an effect could not be performed. */
  readonly outcome: Promise<Outcome>;
}

/** What decides; tests put broken ones in its place. */
export interface Rules {
  readonly step: typeof step;
  readonly isLive: typeof isLive;
}

/**
 * Owns the state of a run: the only place where it moves. Events that wait are taken together, so
 * that one write to the disk serves them all.
 */
export function createLoop(
  initial: RunState,
  performers: Performers,
  rules: Rules = { step, isLive },
): Loop {
  let state = initial;
  let isBroken = false;
  const { promise: outcome, resolve, reject } = withResolvers<Outcome>();
  const fail = (reason: unknown): void => {
    isBroken = true;
    reject(reason);
  };
  const take = async (batch: readonly SchedulerEvent[]): Promise<void> => {
    const effects: Effect[] = [];
    for (const event of batch) {
      const [next, more] = rules.step(state, event);
      state = next;
      effects.push(...more);
    }
    // The state moves by facts alone: heartbeats, which are many, cannot break anything.
    if (effects.some(({ type }) => type === 'record')) checkRules(state, batch);
    await perform(effects, performers);
    const end = effects.find((effect) => effect.type === 'end');
    if (end) resolve(end.outcome);
  };
  return {
    dispatch: inBatches(async (batch) => {
      if (!isBroken) await take(batch).catch(fail);
      return !isBroken;
    }),
    state: () => state,
    isLive: (worker, id) => rules.isLive(state, worker, id),
    fail,
    outcome,
  };
}

function checkRules(state: RunState, batch: readonly SchedulerEvent[]): void {
  const broken = violations(state);
  if (broken.length === 0) return;
  const after = [...new Set(batch.map(({ type }) => type))].join(', ');
  throw new FoldwiseError(`the scheduler broke its rules at ${after}: ${broken.join('; ')}`);
}

/** Files, then facts, then words, then what is no longer needed: nothing is said that could be lost. */
async function perform(effects: readonly Effect[], performers: Performers): Promise<void> {
  // Of different folds, and each of them waits for the disk.
  await allOf(ofType(effects, 'keepModel').map((effect) => performers.keepModel(effect)));
  const facts = ofType(effects, 'record');
  if (facts.length > 0) await performers.record(facts);
  for (const effect of effects) if (isMessage(effect)) performers.send(effect);
  for (const effect of ofType(effects, 'dropCheckpoints')) await performers.dropCheckpoints(effect);
}

/** Waits for all, also where one fails: nothing of them goes on behind the back of a failed run. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

const ofType = <Type extends Effect['type']>(
  effects: readonly Effect[],
  type: Type,
): EffectOf<Type>[] => effects.filter((effect): effect is EffectOf<Type> => effect.type === type);

const MESSAGES: ReadonlySet<Effect['type']> = new Set([
  ...(['assign', 'acknowledge', 'renew', 'cancel', 'dismiss'] as const),
]);
const isMessage = (effect: Effect): effect is MessageEffect => MESSAGES.has(effect.type);

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
