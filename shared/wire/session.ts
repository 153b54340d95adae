import { z } from 'zod';
import type {
  EpochReport,
  EvaluationAssignment,
  FoldAssignment,
  RunId,
  WorkerId,
} from '../domain.ts';
import type { HelloInput } from '../generated/foldwise/v1/Hello.ts';
import type { CoordinatorMessageInput } from '../generated/foldwise/v1/CoordinatorMessage.ts';
import type { WorkerMessageInput } from '../generated/foldwise/v1/WorkerMessage.ts';
import {
  encodeEvaluationAssignment,
  encodeFoldAssignment,
  evaluationAssignment,
  foldAssignment,
} from './assignments.ts';
import * as bound from './bounds.ts';
import { ProtocolError } from '../errors.ts';
import { absentAsNull, decode } from './decode.ts';
import { FAILURE_KINDS, fromWire, type FailureKind, type Verdict, VERDICTS } from './enums.ts';
import {
  attemptId,
  encodeAttemptId,
  encodeEvaluationResult,
  encodeFoldResult,
  epochReport,
  evaluationResult,
  foldResult,
  type AttemptId,
  type ReportedEvaluation,
  type ReportedFold,
} from './results.ts';

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

const hello = z.object({
  protocol: bound.positive(1_000_000),
  foldwise: bound.name(64),
  host: bound.name(256),
  pid: bound.count(2 ** 31),
  engine: bound.name(256),
  cores: bound.positive(65_536),
  reattachment: absentAsNull(
    z.object({
      run: bound.runId,
      worker: bound.workerId,
      ticket: bound.ticket,
      attempt: absentAsNull(attemptId),
    }),
  ),
});

const heartbeat = z.object({
  number: bound.positive(2 ** 32 - 1),
  attempt: absentAsNull(attemptId),
  epoch: bound.count(bound.MAX_EPOCHS),
  checkpointEpoch: bound.count(bound.MAX_EPOCHS),
});

const workerMessage = z.discriminatedUnion('body', [
  z.object({ body: z.literal('hello'), hello }),
  z.object({ body: z.literal('heartbeat'), heartbeat }),
  z.object({ body: z.literal('epoch'), epoch: z.object({ id: attemptId, epoch: epochReport }) }),
  z.object({
    body: z.literal('warning'),
    warning: z.object({ id: attemptId, message: bound.name(bound.MAX_WARNING_LENGTH) }),
  }),
  z.object({ body: z.literal('foldResult'), foldResult }),
  z.object({ body: z.literal('evaluationResult'), evaluationResult }),
  z.object({
    body: z.literal('failed'),
    failed: z.object({ id: attemptId, kind: fromWire(FAILURE_KINDS), message: bound.text(4096) }),
  }),
  z.object({
    body: z.literal('handBack'),
    handBack: z.object({ id: absentAsNull(attemptId), reason: bound.text(4096) }),
  }),
]);

const coordinatorMessage = z.discriminatedUnion('body', [
  z.object({
    body: z.literal('welcome'),
    welcome: z.object({
      run: bound.runId,
      worker: bound.workerId,
      heartbeatMs: bound.positive(3_600_000),
      leaseMs: bound.positive(86_400_000),
      ticket: bound.ticket,
    }),
  }),
  z.object({ body: z.literal('fold'), fold: foldAssignment }),
  z.object({ body: z.literal('evaluation'), evaluation: evaluationAssignment }),
  z.object({
    body: z.literal('cancel'),
    cancel: z.object({ id: attemptId, reason: bound.text(4096) }),
  }),
  z.object({ body: z.literal('accepted'), accepted: z.object({ id: attemptId }) }),
  z.object({
    body: z.literal('done'),
    done: z.object({ succeeded: z.boolean(), reason: bound.text(4096) }),
  }),
  z.object({
    body: z.literal('renewal'),
    renewal: z.object({ number: bound.positive(2 ** 32 - 1), verdict: fromWire(VERDICTS) }),
  }),
]);

/** @throws ProtocolError where the message is outside the contract. */
export function decodeWorkerMessage(message: unknown): WorkerSaid {
  const said = decode(workerMessage, message, 'message of the worker');
  switch (said.body) {
    case 'hello':
      return { body: 'hello', hello: greeting(said.hello) };
    case 'heartbeat': {
      const { attempt, ...rest } = said.heartbeat;
      return { body: 'heartbeat', heartbeat: { ...rest, ...(attempt ? { attempt } : {}) } };
    }
    case 'handBack': {
      const { id, reason } = said.handBack;
      return { body: 'handBack', reason, ...(id ? { id } : {}) };
    }
    case 'epoch':
      return { body: 'epoch', id: said.epoch.id, report: said.epoch.epoch };
    case 'warning':
      return { body: 'warning', ...said.warning };
    case 'foldResult': {
      const { id, ...rest } = said.foldResult;
      return { body: 'foldResult', result: { ...rest, fold: id.fold, attempt: id.attempt } };
    }
    case 'evaluationResult': {
      const { id, ...rest } = said.evaluationResult;
      return { body: 'evaluationResult', result: { ...rest, ...id } };
    }
    case 'failed':
      return { body: 'failed', ...said.failed };
  }
}

function greeting({ reattachment, ...rest }: z.output<typeof hello>): Hello {
  if (!reattachment) return rest;
  const { attempt, ...known } = reattachment;
  return { ...rest, reattachment: { ...known, ...(attempt ? { attempt } : {}) } };
}

export function encodeWorkerMessage(said: WorkerSaid): WorkerMessageInput {
  switch (said.body) {
    case 'hello':
      return { hello: encodeHello(said.hello) };
    case 'heartbeat': {
      const { attempt, ...rest } = said.heartbeat;
      return { heartbeat: { ...rest, ...(attempt && { attempt: encodeAttemptId(attempt) }) } };
    }
    case 'handBack':
      return {
        handBack: {
          reason: said.reason.slice(0, 4096),
          ...(said.id && { id: encodeAttemptId(said.id) }),
        },
      };
    case 'epoch':
      return { epoch: { id: encodeAttemptId(said.id), epoch: said.report } };
    case 'warning': {
      const message = said.message.slice(0, bound.MAX_WARNING_LENGTH);
      return { warning: { id: encodeAttemptId(said.id), message } };
    }
    case 'foldResult':
      return { foldResult: encodeFoldResult(said.result) };
    case 'evaluationResult':
      return { evaluationResult: encodeEvaluationResult(said.result) };
    case 'failed':
      return {
        failed: {
          id: encodeAttemptId(said.id),
          kind: FAILURE_KINDS[said.kind],
          message: said.message.slice(0, 4096),
        },
      };
  }
}

function encodeHello({ reattachment, ...rest }: Hello): HelloInput {
  if (!reattachment) return rest;
  const { attempt, ...known } = reattachment;
  return {
    ...rest,
    reattachment: { ...known, ...(attempt && { attempt: encodeAttemptId(attempt) }) },
  };
}

/**
 * @param run the run of the session's Welcome, which assignments belong to.
 * @throws ProtocolError where the message is outside the contract.
 */
export function decodeCoordinatorMessage(message: unknown, run: RunId | null): CoordinatorSaid {
  const said = decode(coordinatorMessage, message, 'message of the coordinator');
  switch (said.body) {
    case 'welcome':
      return { body: 'welcome', ...said.welcome };
    case 'fold': {
      const { id, checkpoint, ...rest } = said.fold;
      const { fold, attempt } = id;
      const assignment = {
        ...rest,
        fold,
        attempt,
        run: runOf(run),
        ...(checkpoint && { checkpoint }),
      };
      return { body: 'fold', assignment };
    }
    case 'evaluation': {
      const { id, ...rest } = said.evaluation;
      const assignment = { ...rest, ...id, run: runOf(run) };
      return { body: 'evaluation', assignment };
    }
    case 'cancel':
      return { body: 'cancel', ...said.cancel };
    case 'accepted':
      return { body: 'accepted', id: said.accepted.id };
    case 'done':
      return { body: 'done', ...said.done };
    case 'renewal':
      return { body: 'renewal', ...said.renewal };
  }
}

function runOf(run: RunId | null): RunId {
  if (run === null)
    throw new ProtocolError('the coordinator sent an assignment before its welcome');
  return run;
}

export function encodeCoordinatorMessage(said: CoordinatorSaid): CoordinatorMessageInput {
  switch (said.body) {
    case 'welcome': {
      const { run, worker, heartbeatMs, leaseMs, ticket } = said;
      return { welcome: { run, worker, heartbeatMs, leaseMs, ticket } };
    }
    case 'fold':
      return { fold: encodeFoldAssignment(said.assignment) };
    case 'evaluation':
      return { evaluation: encodeEvaluationAssignment(said.assignment) };
    case 'cancel':
      return { cancel: { id: encodeAttemptId(said.id), reason: said.reason.slice(0, 4096) } };
    case 'accepted':
      return { accepted: { id: encodeAttemptId(said.id) } };
    case 'done':
      return { done: { succeeded: said.succeeded, reason: said.reason.slice(0, 4096) } };
    case 'renewal':
      return { renewal: { number: said.number, verdict: VERDICTS[said.verdict] } };
  }
}
