import type { Logger } from 'pino';
import type { Dataset, Plan } from '../shared/domain.ts';
import type { DuplicateReport } from '../shared/duplicates.ts';
import type { RecordedEvent } from '../shared/events.ts';
import type { Coverage, TransferSet } from '../shared/transfer.ts';
import type { RunRecord } from './record/record.ts';
import type { NetworkFile } from './report/run-results.ts';
import type { Address, ServerAccess } from './server.ts';
import type { Limits } from './scheduler/state.ts';

/** All that a coordinator is given. */
export interface CoordinatorOptions {
  readonly plan: Plan;
  readonly dataset: Dataset;
  /** The pictures of the transfer evaluation, where the plan has one. */
  readonly transfer?: TransferSet;
  /** What became of the rows of `styles.csv`, where the dataset is a folder of images. */
  readonly coverage?: Coverage;
  /** The file of the plan's architecture, where it has one. */
  readonly network?: NetworkFile;
  /** The effective settings, as they would stand in a configuration file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly duplicates: DuplicateReport;
  readonly warnings: readonly string[];
  readonly outDir: string;
  /** Of this run, in that folder; of no facts where it begins. */
  readonly record: RunRecord;
  /** Port 0 takes any free port. */
  readonly listen: Address;
  /** Who may connect, and how; everybody who reaches the address unless given. */
  readonly access?: ServerAccess;
  readonly limits?: Partial<Limits>;
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Takes what the user has to know at once. */
  readonly onAlert: (text: string) => void;
  readonly onEvent: (event: RecordedEvent) => void;
  /** `processGone` takes the id of a process on this machine that was a worker and is no more. */
  readonly onListening: (address: Address, processGone: (pid: number) => void) => void;
  /** The workers of this run end with its coordinator: none of them comes back to another. */
  readonly hasOwnWorkers?: boolean;
}

export const DEFAULT_LIMITS: Limits = {
  leaseMs: 15_000,
  maxAttempts: 5,
  checkpointEpochs: 1,
  stragglerFactor: 2,
  allowPartial: false,
};
