import type { z } from 'zod';
import type { RunId } from '../domain.ts';
import type { CoordinatorMessageInput } from '../generated/foldwise/v1/CoordinatorMessage.ts';
import type { HelloInput } from '../generated/foldwise/v1/Hello.ts';
import type { WorkerMessageInput } from '../generated/foldwise/v1/WorkerMessage.ts';
import { ProtocolError } from '../errors.ts';
import { encodeEvaluationAssignment, encodeFoldAssignment } from './assignments.ts';
import * as bound from './bounds.ts';
import { decode } from './decode.ts';
import { FAILURE_KINDS, VERDICTS } from './enums.ts';
import { encodeAttemptId, encodeEvaluationResult, encodeFoldResult } from './results.ts';
import type { CoordinatorSaid, Hello, WorkerSaid } from './said.ts';
import { coordinatorMessage, type hello, workerMessage } from './session-schemas.ts';

export {
  PROTOCOL_VERSION,
  type CoordinatorSaid,
  type Heartbeat,
  type Hello,
  type Reattachment,
  type WorkerSaid,
} from './said.ts';

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
