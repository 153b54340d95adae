import type { Execution, FoldAssignment, Plan } from '../../shared/domain.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import type { CoordinatorSaid } from '../../shared/wire/session.ts';
import { partOf } from './parts.ts';
import type { Limits, RunState } from './state.ts';

export interface AssigningOptions {
  readonly plan: Plan;
  readonly limits: Pick<Limits, 'checkpointEpochs'>;
}

/** The message that hands an attempt to its worker. Pure. */
export function assignmentOf(
  options: AssigningOptions,
  state: RunState,
  id: AttemptId,
): CoordinatorSaid {
  if (id.task === 'fold') {
    return { body: 'fold', assignment: foldAssignmentOf(options, state, id) };
  }
  const { plan } = options;
  const { fold, attempt, task: part } = id;
  const images = partOf(plan, part);
  const work = state.folds.at(fold);
  if (work?.status !== 'done' || images === undefined) {
    throw new RangeError(`fold ${fold} cannot be evaluated on ${part}`);
  }
  const { run, dataset } = plan;
  const { model } = work.result;
  return {
    body: 'evaluation',
    assignment: { run, fold, attempt, part, images, dataset, model, ...executionOf(plan) },
  };
}

function foldAssignmentOf(
  { plan, limits: { checkpointEpochs } }: AssigningOptions,
  { folds }: RunState,
  { fold, attempt }: AttemptId,
): FoldAssignment {
  const { run, seed, dataset, training, architecture } = plan;
  const validation = plan.validation[fold] ?? [];
  const work = folds.at(fold);
  const leases = work?.status === 'leased' ? work.leases : [];
  const checkpoint = leases.find((lease) => lease.attempt === attempt)?.from;
  return {
    ...{ run, fold, attempt, seed, dataset, validation, training, checkpointEpochs },
    ...executionOf(plan),
    ...(architecture === undefined ? {} : { architecture }),
    ...(checkpoint && { checkpoint }),
  };
}

function executionOf({ threads, step, xla }: Plan): Execution {
  return { threads, step, ...(xla === undefined ? {} : { xla }) };
}
