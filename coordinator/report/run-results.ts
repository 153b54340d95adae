import type { Digest, EvaluationResult, FoldResult, Plan } from '../../shared/domain.ts';
import type { DuplicateReport } from '../../shared/duplicates.ts';
import type { Coverage, TransferSet } from '../../shared/transfer.ts';

/** What wrote the results. */
export interface Versions {
  readonly foldwise: string;
  readonly node: string;
  /** Number of the contract between coordinator and workers. */
  readonly protocol: number;
}

export interface TransferResults {
  readonly set: TransferSet;
  readonly paper: EvaluationResult;
  readonly fit: EvaluationResult;
}

/** The file that the network of a run came from. */
export interface NetworkFile {
  /** Without its folder. */
  readonly name: string;
  /** SHA-256 of the file. */
  readonly digest: Digest;
}

/** All that a finished run leaves behind, before any report is made of it. */
export interface RunResults {
  readonly plan: Plan;
  /** The effective settings, as the user would write them in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Absent for the network of the paper. */
  readonly network?: NetworkFile;
  readonly versions: Versions;
  /** In fold order, one for each fold but those that are missing. */
  readonly folds: readonly FoldResult[];
  /** Folds that were given up; the results are incomplete where there are any. */
  readonly missing: readonly { readonly fold: number; readonly reason: string }[];
  /** The selected fold. */
  readonly best: number;
  readonly evaluation: EvaluationResult;
  /** Present where the selected model was tried on other pictures, too. */
  readonly transfer?: TransferResults;
  /** What became of the rows of `styles.csv`, where the dataset is a folder of images. */
  readonly coverage?: Coverage;
  readonly duplicates: DuplicateReport;
  readonly warnings: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
}
