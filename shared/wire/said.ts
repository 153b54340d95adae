import type {
  EpochReport,
  EvaluationAssignment,
  FoldAssignment,
  RunId,
  WorkerId,
} from '../domain.ts';
import type { FailureKind, Verdict } from './enums.ts';
import type { AttemptId, ReportedEvaluation, ReportedFold } from './results.ts';

/** The version of foldwise.proto that both sides of a session must share. */
export const PROTOCOL_VERSION = 4;

export interface Hello {
  readonly protocol: number;
  readonly foldwise: string;
  readonly host: string;
  readonly pid: number;
  readonly engine: string;
  readonly cores: number;
  /** Present where the worker was welcomed before, and comes back. */
  readonly reattachment?: Reattachment;
}

/** What a worker that comes back shows. */
export interface Reattachment {
  readonly run: RunId;
  readonly worker: WorkerId;
  /** Of its first welcome. */
  readonly ticket: string;
  /** What it still works on. */
  readonly attempt?: AttemptId;
}

/** Renews the lease of a worker, and tells how far it is. */
export interface Heartbeat {
  /** Counts the heartbeats of a session from 1. */
  readonly number: number;
  /** What it works on; absent for an idle worker. */
  readonly attempt?: AttemptId;
  /** The last complete epoch. */
  readonly epoch: number;
  /** That of the last stored checkpoint; 0 for none. */
  readonly checkpointEpoch: number;
}

/** What a worker says in a session, in the domain's words. */
export type WorkerSaid =
  | { readonly body: 'hello'; readonly hello: Hello }
  | { readonly body: 'heartbeat'; readonly heartbeat: Heartbeat }
  | { readonly body: 'epoch'; readonly id: AttemptId; readonly report: EpochReport }
  | { readonly body: 'warning'; readonly id: AttemptId; readonly message: string }
  | { readonly body: 'foldResult'; readonly result: ReportedFold }
  | { readonly body: 'evaluationResult'; readonly result: ReportedEvaluation }
  | {
      readonly body: 'failed';
      readonly id: AttemptId;
      readonly kind: FailureKind;
      readonly message: string;
    }
  /** It has to leave, and gives back what it works on, if anything. */
  | { readonly body: 'handBack'; readonly id?: AttemptId; readonly reason: string };

/** What a coordinator says in a session, in the domain's words. */
export type CoordinatorSaid =
  | {
      readonly body: 'welcome';
      readonly run: RunId;
      readonly worker: WorkerId;
      readonly heartbeatMs: number;
      /** A worker not heard of for so long has lost its lease. */
      readonly leaseMs: number;
      /** To be shown when it comes back. */
      readonly ticket: string;
    }
  | { readonly body: 'fold'; readonly assignment: FoldAssignment }
  | { readonly body: 'evaluation'; readonly assignment: EvaluationAssignment }
  | { readonly body: 'cancel'; readonly id: AttemptId; readonly reason: string }
  | { readonly body: 'accepted'; readonly id: AttemptId }
  | { readonly body: 'done'; readonly succeeded: boolean; readonly reason: string }
  /** Answers the heartbeat of that number. */
  | { readonly body: 'renewal'; readonly number: number; readonly verdict: Verdict };
