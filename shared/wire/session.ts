import { z } from 'zod';
import type {
  EpochReport,
  EvaluationAssignment,
  FoldAssignment,
  RunId,
  WorkerId,
} from '../domain.ts';
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
import { decode } from './decode.ts';
import { FAILURE_KINDS, fromWire, type FailureKind } from './enums.ts';
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
export const PROTOCOL_VERSION = 3;

export interface Hello {
  readonly protocol: number;
  readonly foldwise: string;
  readonly host: string;
  readonly pid: number;
  readonly engine: string;
  readonly cores: number;
}

/** What a worker says in a session, in the domain's words. */
export type WorkerSaid =
  | { readonly body: 'hello'; readonly hello: Hello }
  | { readonly body: 'heartbeat' }
  | { readonly body: 'epoch'; readonly id: AttemptId; readonly report: EpochReport }
  | { readonly body: 'warning'; readonly id: AttemptId; readonly message: string }
  | { readonly body: 'foldResult'; readonly result: ReportedFold }
  | { readonly body: 'evaluationResult'; readonly result: ReportedEvaluation }
  | {
      readonly body: 'failed';
      readonly id: AttemptId;
      readonly kind: FailureKind;
      readonly message: string;
    };

/** What a coordinator says in a session, in the domain's words. */
export type CoordinatorSaid =
  | {
      readonly body: 'welcome';
      readonly run: RunId;
      readonly worker: WorkerId;
      readonly heartbeatMs: number;
    }
  | { readonly body: 'fold'; readonly assignment: FoldAssignment }
  | { readonly body: 'evaluation'; readonly assignment: EvaluationAssignment }
  | { readonly body: 'cancel'; readonly id: AttemptId; readonly reason: string }
  | { readonly body: 'accepted'; readonly id: AttemptId }
  | { readonly body: 'done'; readonly succeeded: boolean; readonly reason: string };

const hello = z.object({
  protocol: bound.positive(1_000_000),
  foldwise: bound.name(64),
  host: bound.name(256),
  pid: bound.count(2 ** 31),
  engine: bound.name(256),
  cores: bound.positive(65_536),
});

const workerMessage = z.discriminatedUnion('body', [
  z.object({ body: z.literal('hello'), hello }),
  z.object({ body: z.literal('heartbeat') }),
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
]);

const coordinatorMessage = z.discriminatedUnion('body', [
  z.object({
    body: z.literal('welcome'),
    welcome: z.object({
      run: bound.runId,
      worker: bound.workerId,
      heartbeatMs: bound.positive(3_600_000),
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
]);

/** @throws ProtocolError where the message is outside the contract. */
export function decodeWorkerMessage(message: unknown): WorkerSaid {
  const said = decode(workerMessage, message, 'message of the worker');
  switch (said.body) {
    case 'hello':
    case 'heartbeat':
      return said;
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

export function encodeWorkerMessage(said: WorkerSaid): WorkerMessageInput {
  switch (said.body) {
    case 'hello':
      return { hello: said.hello };
    case 'heartbeat':
      return { heartbeat: {} };
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
      const { id, ...rest } = said.fold;
      const assignment = { ...rest, fold: id.fold, attempt: id.attempt, run: runOf(run) };
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
  }
}

function runOf(run: RunId | null): RunId {
  if (run === null)
    throw new ProtocolError('the coordinator sent an assignment before its welcome');
  return run;
}

export function encodeCoordinatorMessage(said: CoordinatorSaid): CoordinatorMessageInput {
  switch (said.body) {
    case 'welcome':
      return { welcome: { run: said.run, worker: said.worker, heartbeatMs: said.heartbeatMs } };
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
  }
}
