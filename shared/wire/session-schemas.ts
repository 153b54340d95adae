import { z } from 'zod';
import { evaluationAssignment, foldAssignment } from './assignments.ts';
import * as bound from './bounds.ts';
import { absentAsNull } from './decode.ts';
import { FAILURE_KINDS, fromWire, VERDICTS } from './enums.ts';
import { attemptId, epochReport, evaluationResult, foldResult } from './results.ts';

/** What the messages of a session must look like. */

export const hello = z.object({
  protocol: bound.positive(1_000_000),
  foldwise: bound.toldName(64),
  host: bound.toldName(256),
  pid: bound.count(2 ** 31),
  engine: bound.toldName(256),
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

export const workerMessage = z.discriminatedUnion('body', [
  z.object({ body: z.literal('hello'), hello }),
  z.object({ body: z.literal('heartbeat'), heartbeat }),
  z.object({ body: z.literal('epoch'), epoch: z.object({ id: attemptId, epoch: epochReport }) }),
  z.object({
    body: z.literal('warning'),
    warning: z.object({ id: attemptId, message: bound.toldName(bound.MAX_WARNING_LENGTH) }),
  }),
  z.object({ body: z.literal('foldResult'), foldResult }),
  z.object({ body: z.literal('evaluationResult'), evaluationResult }),
  z.object({
    body: z.literal('failed'),
    failed: z.object({ id: attemptId, kind: fromWire(FAILURE_KINDS), message: bound.told(4096) }),
  }),
  z.object({
    body: z.literal('handBack'),
    handBack: z.object({ id: absentAsNull(attemptId), reason: bound.told(4096) }),
  }),
]);

export const coordinatorMessage = z.discriminatedUnion('body', [
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
    cancel: z.object({ id: attemptId, reason: bound.told(4096) }),
  }),
  z.object({ body: z.literal('accepted'), accepted: z.object({ id: attemptId }) }),
  z.object({
    body: z.literal('done'),
    done: z.object({ succeeded: z.boolean(), reason: bound.told(4096) }),
  }),
  z.object({
    body: z.literal('renewal'),
    renewal: z.object({ number: bound.positive(2 ** 32 - 1), verdict: fromWire(VERDICTS) }),
  }),
]);
