import { z } from 'zod';
import { DIGEST_PATTERN, ID_PATTERN, type Digest, type RunId, type WorkerId } from './domain.ts';
import type { RecordedEvent } from './events.ts';

/**
 * The description of what `events.ndjson` and NATS carry: docs/events.schema.json is generated from
 * it, and what comes in is checked by it. Its type and that of shared/events.ts are the same, which
 * the compiler checks in its test. Readers ignore keys they do not know, so that fields may be added.
 */
const count = z.int().nonnegative();
const positive = z.int().positive();
const nonnegative = z.number().nonnegative();
const share = z.number().min(0).max(1);
const id = z.string().regex(ID_PATTERN);
const runId = id.transform((text) => text as RunId);
const worker = id.transform((text) => text as WorkerId);
const digest = z
  .string()
  .regex(DIGEST_PATTERN)
  .transform((text) => text as Digest);
const preprocessing = z.enum(['paper', 'fit']);
/** Bounds of the settings: what follows them cannot fill the memory of who listens. */
const fold = z.int().min(0).max(9_999);
const folds = z.int().min(2).max(10_000);
const epochs = z.int().min(1).max(100_000);
/** Epochs that are complete. */
const complete = z.int().min(0).max(100_000);

const recorded = { run: runId, sequence: positive, time: z.iso.datetime() };
const attempt = { fold, attempt: positive, worker };
const score = { loss: nonnegative, accuracy: share };
const ended = { reason: z.string() };
const part = z.enum(['test', 'transfer-paper', 'transfer-fit']);
const cause = z.enum(['preempted', 'machine', 'out-of-memory', 'checkpoint', 'superseded']);

function event<const Type extends RecordedEvent['type'], Shape extends z.core.$ZodLooseShape>(
  type: Type,
  shape: Shape,
) {
  return z.object({ type: z.literal(type), ...recorded, ...shape });
}

const runEvents = [
  event('run.started', {
    k: folds,
    seed: count,
    epochs,
    dataset: z.string(),
    datasetDigest: digest,
    synthetic: z.boolean(),
    transfer: z.string().exactOptional(),
  }),
  event('run.resumed', {}),
  event('run.worker-joined', { worker, host: z.string(), engine: z.string() }),
  event('run.worker-returned', { worker }),
  event('run.worker-left', { worker, ...ended }),
  event('run.warning', { message: z.string() }),
  event('run.selected', { fold, validationAccuracy: share }),
  event('run.test-started', attempt),
  event('run.test-completed', { ...attempt, ...score }),
  event('run.transfer-started', { preprocessing, ...attempt }),
  event('run.transfer-completed', { preprocessing, ...attempt, ...score }),
  event('run.evaluation-lost', { part, ...attempt, cause, ...ended }),
  event('run.evaluation-failed', { part, ...attempt, ...ended }),
  event('run.finished', {
    synthetic: z.boolean(),
    bestFold: fold,
    meanValidationAccuracy: share,
    stdValidationAccuracy: nonnegative,
    testLoss: nonnegative,
    testAccuracy: share,
    transfer: z.object({ paper: share, fit: share }).exactOptional(),
  }),
  event('run.failed', ended),
  event('run.cancelled', ended),
] as const;

const foldEvents = [
  event('fold.started', { ...attempt, fromEpoch: complete }),
  event('fold.epoch', {
    ...attempt,
    epoch: epochs,
    trainLoss: nonnegative,
    trainAccuracy: share,
    validationLoss: nonnegative,
    validationAccuracy: share,
    seconds: nonnegative,
  }),
  event('fold.completed', {
    ...attempt,
    validationLoss: nonnegative,
    validationAccuracy: share,
    fitSeconds: nonnegative,
    weightsDigest: digest,
  }),
  event('fold.checkpointed', { ...attempt, epoch: complete, sizeBytes: positive, digest }),
  event('fold.lost', { ...attempt, cause, ...ended }),
  event('fold.failed', { ...attempt, ...ended }),
] as const;

/** Reads one event: `eventSchema.parse(JSON.parse(line))`; throws a ZodError otherwise. */
export const eventSchema = z.discriminatedUnion('type', [...runEvents, ...foldEvents]);

/** The JSON Schema (draft 2020-12) of one event. */
export function eventJsonSchema(): object {
  return z.toJSONSchema(eventSchema, { io: 'input' });
}
