import { sha256 } from '../../shared/data/digest.ts';
import type { FoldAssignment } from '../../shared/domain.ts';
import {
  positionOf,
  type StateOrigin,
  type StateVariableType,
  type TrainingState,
} from './training-state.ts';
import { UnusableState } from './unusable-state.ts';

/** What the states of an assignment belong to; not to its attempt or run. */
export function originOf(assignment: FoldAssignment): StateOrigin {
  const { seed, fold, dataset, validation, training, architecture } = assignment;
  const { threads, step, xla = false } = assignment;
  return {
    ...{ seed, fold, dataset: dataset.digest, validation: sha256(indexBytes(validation)) },
    training,
    ...(architecture === undefined ? {} : { architecture: sha256(architecture) }),
    ...{ threads, step },
    ...(xla ? { xla } : {}),
  };
}

const indexBytes = (indices: readonly number[]): Uint8Array =>
  new Uint8Array(Int32Array.from(indices).buffer);

export interface StateExpectation {
  readonly origin: StateOrigin;
  readonly variables: readonly StateVariableType[];
  readonly stepsPerEpoch: number;
}

/**
 * Checks that a state is one of this training.
 *
 * @throws {UnusableState} naming the first difference
 */
export function checkState(state: TrainingState, expected: StateExpectation): void {
  const theirs = facts(state.origin, state.variables);
  const ours = facts(expected.origin, expected.variables);
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [saved = 'absent', wanted = 'absent'] = [theirs.get(name), ours.get(name)];
    if (saved !== wanted) throw foreign(`${name} ${saved}, expected ${wanted}`);
  }
  const { epochs, steps } = positionOf(state.progress);
  const most = expected.origin.training.epochs;
  if (epochs > most || (epochs === most && steps > 0)) {
    throw foreign(`${epochs} epochs and ${steps} steps done, of ${most} epochs`);
  }
  if (steps > expected.stepsPerEpoch) {
    throw foreign(`${steps} steps of an epoch done, of ${expected.stepsPerEpoch}`);
  }
}

/** Everything that has to agree, by names for the reader. */
function facts(
  origin: StateOrigin,
  variables: readonly StateVariableType[],
): ReadonlyMap<string, string> {
  const { seed, fold, dataset, validation, training, architecture, threads, step, xla } = origin;
  const plain = {
    ...{ seed, fold, 'dataset digest': dataset, 'validation digest': validation },
    ...training,
    'architecture digest': architecture ?? "the paper's",
    ...{ threads, step, xla: xla ?? false },
  };
  return new Map([
    ...Object.entries(plain).map(([key, value]) => [inWords(key), String(value)] as const),
    ['number of variables', String(variables.length)],
    ...variables.map(({ name, dtype, shape }, index) => {
      return [`variable ${index}`, `${name}, ${dtype} [${shape.join(', ')}]`] as const;
    }),
  ]);
}

/** batchSize → batch size */
const inWords = (key: string): string =>
  key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const foreign = (difference: string): UnusableState =>
  new UnusableState(
    `The training state belongs to another training: ${difference}. ` +
      'Go on from a state of this fold with these settings, or train from the beginning.',
  );
