import type {
  CheckpointInfo,
  Environment,
  EpochReport,
  EvaluationAssignment,
  EvaluationResult,
  FoldAssignment,
  FoldResult,
  ImageShape,
  ModelInfo,
  StepKind,
} from '../../shared/domain.ts';

/**
 * All that passes between a worker and the process that trains for it, by structured clone. Pure.
 * Images and weights travel as files.
 */

/** What is needed to predict the classes of images by a saved model. */
export interface PredictionAssignment {
  readonly model: ModelInfo;
  readonly image: ImageShape;
  readonly count: number;
  readonly threads: number;
  readonly step: StepKind;
}

/**
 * Assignments, each once the one before has ended; in the middle of one `settled` and `drain`; and
 * `stop`.
 */
export type ParentMessage =
  | {
      readonly type: 'train';
      readonly assignment: FoldAssignment;
      /** The training part as `encodePart` of shared/data/part-file.ts writes it. */
      readonly trainFile: string;
      /** An existing folder that takes `model.json`, `weights.bin` and training states. */
      readonly outputDir: string;
      /** The training state to go on from, as a file. */
      readonly resumeFile?: string;
    }
  | {
      readonly type: 'evaluate';
      readonly assignment: EvaluationAssignment;
      /** The assigned part, written likewise. */
      readonly imagesFile: string;
      /** Holds `model.json` and `weights.bin`. */
      readonly modelDir: string;
    }
  | {
      readonly type: 'predict';
      readonly assignment: PredictionAssignment;
      /** Raw pixels 0–255, [count, height, width, channels], a byte each. */
      readonly imagesFile: string;
      /** Holds `model.json` and `weights.bin`. */
      readonly modelDir: string;
      /** Takes the probabilities: float32, little-endian, [count, classes]. */
      readonly outputFile: string;
    }
  /** The state of that epoch is stored, or cannot be for now: it need not be waited for. */
  | { readonly type: 'settled'; readonly epoch: number }
  /** Hand over a state of the training as soon as a step ends, and end it there. */
  | { readonly type: 'drain' }
  /** End now, without a further message. */
  | { readonly type: 'stop' };

export type Assigned = Exclude<ParentMessage, { type: 'settled' | 'drain' | 'stop' }>;

/**
 * For each assignment `started`, any `alive`s, `epoch`s, `warning`s and `state`s, then one of the
 * others. After `failed` the child ends; after any other it takes the next assignment.
 */
export type ChildMessage =
  | { readonly type: 'started'; readonly environment: Environment }
  /** Nothing but that steps are done, or that `settled` is waited for. */
  | { readonly type: 'alive' }
  /** Not before the last `state` is `settled`, so that who trains on from it loses one interval. */
  | { readonly type: 'epoch'; readonly report: EpochReport }
  /** What the reader of the results should know; at most 1000 characters. */
  | { readonly type: 'warning'; readonly message: string }
  /** The training state is complete in that file of `outputDir`, which is the parent's to remove. */
  | { readonly type: 'state'; readonly info: CheckpointInfo; readonly file: string }
  /** The training ended before its time, as `drain` asked, after its last `state`. */
  | { readonly type: 'drained' }
  /** The model's files are complete in `outputDir`. */
  | { readonly type: 'trained'; readonly result: Omit<FoldResult, 'worker'> }
  | { readonly type: 'evaluated'; readonly result: Omit<EvaluationResult, 'worker'> }
  /** `outputFile` is complete. */
  | { readonly type: 'predicted'; readonly classCount: number }
  | { readonly type: 'failed'; readonly kind: FailureKind; readonly message: string };

/**
 * Why an assignment failed. `training` and `data` would fail alike on another worker;
 * `engine`, `out-of-memory` and `internal` might not; `checkpoint` would not from another state.
 */
export type FailureKind =
  'training' | 'data' | 'checkpoint' | 'engine' | 'out-of-memory' | 'internal';
