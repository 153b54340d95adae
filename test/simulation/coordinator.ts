import { pino } from 'pino';
import { createDispatcher } from '../../coordinator/dispatcher.ts';
import { violations } from '../../coordinator/scheduler/invariants.ts';
import { isLive } from '../../coordinator/scheduler/leasing.ts';
import type { Loop, Rules } from '../../coordinator/loop.ts';
import { outcomeOf } from '../../coordinator/scheduler/outcome.ts';
import { evaluationParts } from '../../coordinator/scheduler/parts.ts';
import { createRecorder, type Recorder } from '../../coordinator/recorder.ts';
import type { RunRecord } from '../../coordinator/record/record.ts';
import { restoreState } from '../../coordinator/scheduler/restore.ts';
import { step } from '../../coordinator/scheduler/scheduler.ts';
import type { Sessions } from '../../coordinator/sessions.ts';
import type { Limits, Outcome } from '../../coordinator/scheduler/state.ts';
import { stepViolations } from '../../coordinator/scheduler/step-invariants.ts';
import type { Clock } from './clock.ts';
import type { Insides, Mutant } from './mutant.ts';
import type { Storage } from './storage.ts';
import type { Truth } from './truth.ts';

/** One life of a coordinator, from its start to its crash or end: the production code over a simulated disk. */
export interface Life {
  readonly sessions: Sessions;
  readonly loop: Loop;
  readonly nowMs: () => number;
  readonly isAlive: () => boolean;
  /** It is gone, and nothing that it was about to do happens. */
  readonly die: () => void;
}

export interface LifeOptions {
  readonly truth: Truth;
  readonly limits: Limits;
  readonly record: RunRecord;
  readonly recorder: Recorder;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly mutant: Mutant;
  /** Called before each thing that a coordinator does to the world; may kill it. */
  readonly before: (deed: string) => void;
  readonly onStep: () => void;
  readonly onViolation: (found: readonly string[]) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

const TICK_MS = 300;
const LOG = pino({ enabled: false });
/** What the dead wait for. */
const never = (): Promise<never> => new Promise(() => undefined);

export function createLife(options: LifeOptions): Life {
  const { truth, record, clock, mutant } = options;
  let isAlive = true;
  const bornMs = clock.nowMs();
  const nowMs = (): number => clock.nowMs() - bornMs;
  const restored = restoreState(sizeOf(options), record.facts, nowMs());
  const initial = record.facts.length === 0 ? restored : mutant.restored(restored);
  const guarded = (deed: string, act: () => void | Promise<void>): Promise<void> => {
    options.before(deed);
    if (!isAlive) return never();
    return Promise.resolve(act());
  };
  const { recorder } = options;
  const insides: Insides = {
    ...{ truth, limits: options.limits },
    send: (worker, said) => sessions.send(worker, said),
    state: () => loop.state(),
  };
  const { sessions, loop }: { sessions: Sessions; loop: Loop } = createDispatcher({
    ...{ plan: truth.plan, dataset: truth.dataset, transfer: truth.transfer, nowMs, log: LOG },
    ...{ limits: options.limits, ticketKey: record.header.ticketKey, initial },
    models: {
      keep: (result) => guarded('keep a model', () => options.storage.keep(result)),
      isStaged: (result) => Promise.resolve(options.storage.isStaged(result)),
    },
    record: async (effects) => {
      await guarded('record', () => mutant.record(recorder.record, effects, insides));
      await guarded('go on after the record', () => undefined);
    },
    dropCheckpoints: ({ fold, digests }) =>
      guarded('drop checkpoints', () => options.storage.drop(fold, digests)),
    rules: watched(mutant.rules({ step, isLive }), options, () => isAlive),
  });
  loop.outcome.then(options.onOutcome, (error: unknown) => {
    if (isAlive) options.onViolation([String(error)]);
  });
  const tick = (): void => {
    if (!isAlive) return;
    void loop.dispatch({ type: 'tick', nowMs: nowMs() });
    clock.after(TICK_MS, tick);
  };
  clock.after(TICK_MS, tick);
  return { sessions, loop, nowMs, isAlive: () => isAlive, die: () => void (isAlive = false) };
}

type Rule = Pick<LifeOptions, 'truth' | 'limits' | 'mutant'>;

/** How the run of a record has ended; null where it goes on. */
export const outcomeBefore = ({ facts }: RunRecord, options: Rule): Outcome | null =>
  outcomeOf(restoreState(sizeOf(options), facts, 0));

const sizeOf = ({ truth: { plan }, limits, mutant }: Rule) => ({
  ...{ k: plan.k, parts: evaluationParts(plan), synthetic: true, limits: mutant.limits(limits) },
});

/** By the wall clock, which is that of the simulation from 2026 on. */
export function recorderOf(record: RunRecord, clock: Clock): Recorder {
  return createRecorder({
    record,
    now: () => new Date(Date.UTC(2026, 0, 1) + clock.nowMs()),
    onRecorded: () => undefined,
    fullDisk: { trouble: () => undefined, well: () => undefined },
    signal: new AbortController().signal,
    wait: (ms) => clock.sleep(ms),
  });
}

/** Says that the run begins, or goes on, as a coordinator does before it listens. */
export function announce(recorder: Recorder, record: RunRecord): Promise<void> {
  if (record.facts.length > 0) return recorder.record([{ event: { type: 'run.resumed' } }]);
  const { k, seed, training, dataset } = record.header.plan;
  return recorder.record([
    {
      event: {
        ...{ type: 'run.started', k, seed, epochs: training.epochs, synthetic: true },
        ...{ dataset: dataset.name, datasetDigest: dataset.digest },
      },
    },
  ]);
}

/** Checks what must hold after each step; the dead take none. */
function watched(
  rules: Rules,
  { onStep, onViolation }: LifeOptions,
  isAlive: () => boolean,
): Rules {
  return {
    isLive: rules.isLive,
    step: (before, event) => {
      if (!isAlive()) return [before, []];
      const [after, effects] = rules.step(before, event);
      onStep();
      const found =
        after === before ? [] : [...violations(after), ...stepViolations(before, after)];
      if (found.length > 0) onViolation(found.map((what) => `at ${event.type}: ${what}`));
      return [after, effects];
    },
  };
}
