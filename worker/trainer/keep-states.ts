import type { FoldAssignment } from '../../shared/domain.ts';
import type { TensorFlow } from '../engine/load.ts';
import { batchCount } from './batches.ts';
import { checkState, originOf } from './check-state.ts';
import { divergence } from './epoch.ts';
import type { ProgressKeeper } from './history.ts';
import {
  describeVariable,
  type NamedVariable,
  readVariables,
  restoreVariables,
} from './state-variables.ts';
import type { TrainingStep } from './step.ts';
import type { Position, TrainingProgress, TrainingState } from './training-state.ts';

/** How a training is stopped and gone on with. */
export interface StateOptions {
  /** Goes on from here instead of from the beginning. */
  readonly resume?: TrainingState;
  /** Takes each state that is due. */
  readonly onState?: (state: TrainingState) => Promise<void>;
  /** Asked after each step and after each epoch; states are due after each epoch unless it is given. */
  readonly isStateDue?: (position: Position) => boolean;
}

/**
 * Gives the variables of an untrained model, and Adam's, the values of a state.
 *
 * @throws {DataError} for a state of another training, naming the first difference
 */
export function resumeFrom(
  tf: TensorFlow,
  state: TrainingState,
  { assignment, variables }: { readonly assignment: FoldAssignment } & WithVariables,
): void {
  const { dataset, validation, training } = assignment;
  checkState(state, {
    origin: originOf(assignment),
    variables: variables.map(describeVariable),
    stepsPerEpoch: batchCount(dataset.train.count - validation.length, training.batchSize),
  });
  restoreVariables(tf, variables, state.variables);
}

interface WithVariables {
  readonly variables: readonly NamedVariable[];
}

export interface KeeperOptions extends StateOptions, WithVariables {
  readonly assignment: FoldAssignment;
  readonly step: Pick<TrainingStep, 'store'>;
}

const afterEpochs = ({ steps }: Position): boolean => steps === 0;

/** Makes states of the progress that training tells of, and hands them over. */
export function createStateKeeper(options: KeeperOptions): ProgressKeeper {
  const { assignment, step, variables: named, onState, isStateDue = afterEpochs } = options;
  if (!onState) return { isDue: () => false, keep: async () => Promise.resolve() };
  const origin = originOf(assignment);
  return {
    isDue: isStateDue,
    keep: async (progress) => {
      await step.store();
      const variables = readVariables(named);
      checkNumbers(variables, { assignment, progress });
      await onState({ origin, progress, variables });
    },
  };
}

/** The last update may have broken what the losses did not show yet. */
function checkNumbers(
  variables: TrainingState['variables'],
  { assignment, progress }: { assignment: FoldAssignment; progress: TrainingProgress },
): void {
  const broken = variables.find(({ values }) => values.includes(NaN));
  if (!broken) return;
  const { epochs } = progress;
  throw divergence(assignment, `"${broken.name}" holds NaN after ${epochs.length} epochs`);
}
