import { assignmentOf } from '../../coordinator/scheduler/assigning.ts';
import { foldsOf, type FoldWork } from '../../coordinator/scheduler/folds.ts';
import type { Rules } from '../../coordinator/loop.ts';
import type { Effect, Lease, RunState, SchedulerEvent } from '../../coordinator/scheduler/state.ts';
import type { FoldResult, WorkerId } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { SOUND, type Mutant } from './mutant.ts';

/** Coordinators with one thing wrong each; the simulation has to find every one of them. */

type EventOf<Type> = Extract<SchedulerEvent, { type: Type }>;
type Step = Rules['step'];

const withStep = (change: (step: Step) => Step): Mutant => ({
  ...SOUND,
  rules: (rules) => ({ ...rules, step: change(rules.step) }),
});

const afterRestart = (restored: Mutant['restored']): Mutant => ({ ...SOUND, restored });

/** A state in which an attempt at a fold holds its lease, where another one does. */
function asIfLive(state: RunState, worker: WorkerId, { fold, attempt }: AttemptId): RunState {
  const work = state.folds.at(fold);
  const known = state.workers.get(worker);
  const holder = work?.status === 'leased' ? work.leases[0]! : undefined;
  if (work?.status !== 'leased' || !holder || !known) return state;
  if (known.busy !== null || work.leases.length > 1) return state;
  const workers = new Map(state.workers);
  workers.set(holder.worker, { ...workers.get(holder.worker)!, busy: null });
  workers.set(worker, { ...known, busy: { task: 'fold', fold, attempt } });
  const leases: Lease[] = [{ ...holder, worker, attempt }];
  return { ...state, workers, folds: state.folds.with(fold, { ...work, leases }) };
}

/** A state in which a fold is open once more, for the attempt that this is the result of. */
function asIfOpen(state: RunState, { fold, attempt, worker }: FoldResult): RunState {
  const lease = { attempt, worker, from: null, epoch: 0, startedMs: state.nowMs };
  const history = { began: [], failures: [], checkpoints: [] };
  return {
    ...state,
    folds: state.folds.with(fold, { status: 'leased', attempt, leases: [lease], ...history }),
  };
}

const isRunning = ({ phase }: RunState): boolean => phase === 'training' || phase === 'evaluating';

/** Any attempt will do, as long as its fold is not done. */
const isAnyLive: Rules['isLive'] = (state, worker, { task, fold }) =>
  isRunning(state) &&
  state.workers.has(worker) &&
  (task !== 'fold' || state.folds.at(fold)?.status === 'leased');

const NOT_FENCED: Mutant = {
  ...SOUND,
  rules: ({ step }) => ({
    isLive: isAnyLive,
    step: (state, event) => {
      if (event.type !== 'foldCompleted' || !isRunning(state)) return step(state, event);
      const { fold, attempt, worker } = event.result;
      return step(asIfLive(state, worker, { task: 'fold', fold, attempt }), event);
    },
  }),
};

const STALE_CHECKPOINTS: Mutant = {
  ...SOUND,
  rules: ({ step }) => ({
    isLive: isAnyLive,
    step: (state, event) =>
      event.type === 'checkpointStored' && isRunning(state)
        ? step(asIfLive(state, event.worker, event.id), event)
        : step(state, event),
  }),
};

/** Takes a result of a fold that is done, where the condition says so. */
const accepting = (isTaken: (accepted: FoldResult, result: FoldResult) => boolean): Mutant =>
  withStep((step) => (state, event) => {
    if (event.type !== 'foldCompleted' || !isRunning(state)) return step(state, event);
    const { result } = event;
    const work = state.folds.at(result.fold);
    const isAgain = work?.status === 'done' && isTaken(work.result, result);
    return step(isAgain ? asIfOpen(state, result) : state, event);
  });

function keepingLease(state: RunState, event: EventOf<'renewed'>, after: RunState): RunState {
  const before = state.workers.get(event.worker);
  const known = after.workers.get(event.worker);
  if (!before || !known) return after;
  const { leaseEndsMs } = before;
  const workers = new Map(after.workers).set(event.worker, { ...known, leaseEndsMs });
  return { ...after, workers };
}

/** Selects the fold that was done last, and says so. */
function selectLast(effects: readonly Effect[]): Effect[] {
  const last = effects.findLast((effect) => effect.type === 'keepModel');
  return effects.map((effect) =>
    effect.type === 'record' && effect.event.type === 'run.selected' && last
      ? { ...effect, event: { ...effect.event, fold: last.result.fold } }
      : effect,
  );
}

const withWaitingFolds = (
  state: RunState,
  change: (work: Extract<FoldWork, { status: 'waiting' }>) => FoldWork,
): RunState => ({
  ...state,
  folds: foldsOf([...state.folds].map((work) => (work.status === 'waiting' ? change(work) : work))),
});

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'attempts are not fenced': NOT_FENCED,
  'a repeated result is accepted again': accepting(
    (accepted, { attempt }) => accepted.attempt === attempt,
  ),
  'the result of a second attempt replaces the first': accepting(
    (accepted, { attempt }) => accepted.attempt !== attempt,
  ),
  'the checkpoint of an older attempt is accepted': STALE_CHECKPOINTS,
  'messages leave before the record is synced': {
    ...SOUND,
    record: (record, effects) => {
      void record(effects);
      return Promise.resolve();
    },
  },
  'the disk acknowledges what is only in its cache': {
    ...SOUND,
    disk: { acknowledgesBeforeSync: true },
  },
  'the test begins before the selection is durable': {
    ...SOUND,
    record: (record, effects, { state, send, truth, limits }) => {
      for (const { event } of effects) {
        if (event.type !== 'run.test-started') continue;
        const { worker, fold, attempt } = event;
        const id: AttemptId = { task: 'test', fold, attempt };
        send(worker, assignmentOf({ plan: truth.plan, limits }, state(), id));
      }
      return record(effects);
    },
  },
  'leases are over after a restart': afterRestart((state) => ({
    ...state,
    workers: new Map(
      [...state.workers].map(([worker, known]) => [worker, { ...known, leaseEndsMs: state.nowMs }]),
    ),
  })),
  'numbers of attempts are used again after a restart': afterRestart((state) =>
    withWaitingFolds(state, (work) => ({ ...work, attempt: Math.max(1, work.attempt - 1) })),
  ),
  'checkpoints are forgotten after a restart': afterRestart((state) =>
    withWaitingFolds(state, (work) => ({ ...work, checkpoints: [] })),
  ),
  'failures are forgotten after a restart': {
    ...afterRestart((state) => withWaitingFolds(state, (work) => ({ ...work, failures: [] }))),
  },
  'machines may fail without end': {
    ...SOUND,
    limits: (limits) => ({ ...limits, maxAttempts: Number.MAX_SAFE_INTEGER }),
  },
  'heartbeats do not renew leases': withStep((step) => (state, event) => {
    const [after, effects] = step(state, event);
    return event.type === 'renewed'
      ? [keepingLease(state, event, after), effects]
      : [after, effects];
  }),
  'a lost connection ends the lease': withStep((step) => (state, event) => {
    if (event.type !== 'workerDisconnected') return step(state, event);
    const { worker, nowMs } = event;
    return step(state, { type: 'workerLeft', worker, reason: 'not heard of', nowMs });
  }),
  'the fold that is done last is selected': withStep((step) => (state, event) => {
    const [after, effects] = step(state, event);
    return [after, selectLast(effects)];
  }),
};
