import type {
  Environment,
  EpochReport,
  EvaluationAssignment,
  EvaluationResult,
  FoldAssignment,
  FoldResult,
} from '../../shared/domain.ts';

/**
 * All that passes between a worker and the process that trains for it. Pure. Values are plain
 * JSON; images and weights travel as files.
 */

/** The first message to the child is an assignment; after it only `stop` may come. */
export type ParentMessage =
  | {
      readonly type: 'train';
      readonly assignment: FoldAssignment;
      /** The training part as `encodePart` of shared/data/part-file.ts writes it. */
      readonly trainFile: string;
      /** An existing folder that takes `model.json` and `weights.bin`. */
      readonly outputDir: string;
    }
  | {
      readonly type: 'evaluate';
      readonly assignment: EvaluationAssignment;
      readonly testFile: string;
      /** Holds `model.json` and `weights.bin`. */
      readonly modelDir: string;
    }
  /** End now, without a further message. */
  | { readonly type: 'stop' };

/** In this order: `started`, any `epoch`s, then one of the other three, which is the last. */
export type ChildMessage =
  | { readonly type: 'started'; readonly environment: Environment }
  | { readonly type: 'epoch'; readonly report: EpochReport }
  /** The model's files are complete in `outputDir`. */
  | { readonly type: 'trained'; readonly result: Omit<FoldResult, 'worker'> }
  | { readonly type: 'evaluated'; readonly result: Omit<EvaluationResult, 'worker'> }
  | { readonly type: 'failed'; readonly kind: FailureKind; readonly message: string };

/**
 * Why an assignment failed. `training` and `data` would fail alike on another worker;
 * `engine`, `out-of-memory` and `internal` might not.
 */
export type FailureKind = 'training' | 'data' | 'engine' | 'out-of-memory' | 'internal';
