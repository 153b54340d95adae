import type { Digest, EpochReport, Execution, TrainingSettings } from '../../shared/domain.ts';

/**
 * The training of a fold between two steps: restored in another process, it goes on as if it had
 * never stopped, to the bit. Pure; docs/training-state.md says why this is enough.
 *
 * There is no random state in it. Whatever is drawn is a function of what the plan says and of
 * where training is: initial weights of seed and fold, the order of the images of seed, fold and
 * epoch, dropout of seed, fold and step. The learning rate and Adam's corrections are functions of
 * the step, pixels' mean and deviation of the images.
 */
export interface TrainingState {
  readonly origin: StateOrigin;
  readonly progress: TrainingProgress;
  /** Weights and running statistics in the model's order, then Adam's moments. */
  readonly variables: readonly StateVariable[];
}

/** What a state belongs to: only the same training may go on from it. */
export interface StateOrigin extends Execution {
  readonly seed: number;
  readonly fold: number;
  /** Of `DatasetInfo`. */
  readonly dataset: Digest;
  /** SHA-256 over the indices that validate, ascending, int32, little-endian. */
  readonly validation: Digest;
  readonly training: TrainingSettings;
  /** SHA-256 over the text of the architecture; absent for the network of the paper. */
  readonly architecture?: Digest;
}

/** How far training has come. */
export interface TrainingProgress {
  /** Of the epochs that are complete, from the first; their number is the epoch reached. */
  readonly epochs: readonly EpochReport[];
  /** Wall time of training in these epochs, validation left out. */
  readonly fitSeconds: number;
  readonly underWay: EpochUnderWay;
}

/** The epoch under way; of no step where one has just ended. */
export interface EpochUnderWay {
  /** Mean loss of each batch so far; their number is the position in the epoch. */
  readonly losses: Float32Array;
  /** Images of each batch that were classified correctly. */
  readonly corrects: Int32Array;
  /** Wall time. */
  readonly seconds: number;
}

export type StateVariable = StateVariableType &
  (
    | { readonly dtype: 'float32'; readonly values: Float32Array }
    | { readonly dtype: 'int32'; readonly values: Int32Array }
  );

export interface StateVariableType {
  /** The same in every process. */
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/** A place between two steps, or after an epoch and its validation. */
export interface Position {
  /** That are complete. */
  readonly epochs: number;
  /** Done in the epoch under way: 0 between two epochs. */
  readonly steps: number;
}

export const NO_STEPS: EpochUnderWay = {
  losses: new Float32Array(),
  corrects: new Int32Array(),
  seconds: 0,
};

export const BEGINNING: TrainingProgress = { epochs: [], fitSeconds: 0, underWay: NO_STEPS };

export const positionOf = ({ epochs, underWay }: TrainingProgress): Position => ({
  epochs: epochs.length,
  steps: underWay.losses.length,
});
