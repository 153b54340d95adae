import type {
  EvaluationPart,
  EvaluationResult,
  FoldResult,
  WorkerId,
} from '../../shared/domain.ts';
import type { DatasetPartName } from '../../shared/wire/enums.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { isOver, type Lease, type RunState, type Work, type WorkerState } from './state.ts';

/** Looking things up in a state, and putting them back. */

export type AnyWork = Work<FoldResult | EvaluationResult>;
export type Waiting = Extract<AnyWork, { status: 'waiting' }>;
export type Leased = Extract<AnyWork, { status: 'leased' }>;
type Unfinished = Exclude<AnyWork, { status: 'done' }>;

/** What an attempt is about; undefined where the run has no such work. */
export function workOf(
  { folds, evaluations, best }: RunState,
  { task, fold }: AttemptId,
): AnyWork | undefined {
  if (task === 'fold') return folds.at(fold);
  return fold === best ? evaluations.get(task) : undefined;
}

/** The lease that an attempt holds at a worker, while the run goes on. */
export function leaseOf(state: RunState, worker: WorkerId, id: AttemptId): Lease | undefined {
  const work = isOver(state.phase) ? undefined : workOf(state, id);
  if (work?.status !== 'leased') return undefined;
  return work.leases.find((lease) => lease.worker === worker && lease.attempt === id.attempt);
}

/** True while this attempt holds the lease of its work at this worker. */
export const isLive = (state: RunState, worker: WorkerId, id: AttemptId): boolean =>
  leaseOf(state, worker, id) !== undefined;

export const isSame = (a: AttemptId, b: AttemptId): boolean =>
  a.task === b.task && a.fold === b.fold && a.attempt === b.attempt;

/**
 * Whether a part may be looked at: the test part once every fold is done and one is selected, the
 * transfer parts once the test is done.
 */
export function isOpen({ best, evaluations }: RunState, part: DatasetPartName): boolean {
  if (part === 'train') return true;
  if (part === 'test') return best !== null;
  return evaluations.get('test')?.status === 'done';
}

export function replaceWork(
  state: RunState,
  { task, fold }: AttemptId,
  work: Unfinished,
): RunState {
  if (task === 'fold') return { ...state, folds: state.folds.with(fold, work) };
  return { ...state, evaluations: new Map(state.evaluations).set(task, work) };
}

export const replaceEvaluation = (
  state: RunState,
  part: EvaluationPart,
  work: Work<EvaluationResult>,
): RunState => ({ ...state, evaluations: new Map(state.evaluations).set(part, work) });

/** Changes what is known of a worker; of one that is not known, nothing. */
export function updateWorker(
  state: RunState,
  worker: WorkerId,
  changes: Partial<WorkerState>,
): RunState {
  const known = state.workers.get(worker);
  if (known === undefined) return state;
  const workers = new Map(state.workers).set(worker, { ...known, ...changes });
  return { ...state, workers };
}

/** Frees a worker of an attempt, where it still has it. */
export function free(state: RunState, worker: WorkerId, id: AttemptId): RunState {
  const busy = state.workers.get(worker)?.busy;
  return busy && isSame(busy, id) ? updateWorker(state, worker, { busy: null }) : state;
}
