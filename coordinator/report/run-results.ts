import type { EvaluationResult, FoldResult, Plan } from '../../shared/domain.ts';
import type { DuplicateReport } from '../../shared/duplicates.ts';

/** What wrote the results. */
export interface Versions {
  readonly foldwise: string;
  readonly node: string;
  /** Number of the contract between coordinator and workers. */
  readonly protocol: number;
}

/** All that a finished run leaves behind, before any report is made of it. */
export interface RunResults {
  readonly plan: Plan;
  /** The effective settings, as the user would write them in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly versions: Versions;
  /** In fold order, one for each fold. */
  readonly folds: readonly FoldResult[];
  /** The selected fold. */
  readonly best: number;
  readonly evaluation: EvaluationResult;
  readonly duplicates: DuplicateReport;
  readonly warnings: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
}
