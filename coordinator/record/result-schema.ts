/** What a record may say of results; read back through it. Pure. */
import { z } from 'zod';
import { DIGEST_PATTERN, ID_PATTERN } from '../../shared/domain.ts';

export const count = z.int().nonnegative();
export const positive = z.int().positive();
export const digest = z.string().regex(DIGEST_PATTERN);
const nonnegative = z.number().nonnegative();
const share = z.number().min(0).max(1);

export const execution = {
  threads: positive,
  step: z.enum(['compiled', 'eager']),
  xla: z.boolean().exactOptional(),
};

const attempt = { fold: count, attempt: positive, worker: z.string().regex(ID_PATTERN) };
const score = z.object({ loss: nonnegative, accuracy: share, confusion: z.array(z.array(count)) });

const environment = z.object({
  ...{ host: z.string(), foldwise: z.string(), node: z.string(), engine: z.string() },
  ...{ tensorflow: z.string(), device: z.string(), processor: z.string() },
  processorFeatures: z.array(z.string()),
  ...execution,
});

const epoch = z.object({
  epoch: positive,
  ...{ trainLoss: nonnegative, trainAccuracy: share },
  ...{ validationLoss: nonnegative, validationAccuracy: share },
  seconds: nonnegative,
});

const model = z.object({
  ...{ topologyBytes: count, topologyDigest: digest },
  ...{ weightsBytes: count, weightsDigest: digest },
});

export const foldResultSchema = z.object({
  ...attempt,
  ...{ trainSize: count, validationSize: count },
  ...{ fitSeconds: nonnegative, scoreSeconds: nonnegative },
  epochs: z.array(epoch),
  validation: score,
  model,
  environment,
});

/** `predicted` as base64. */
export const evaluationResultSchema = z.object({
  ...attempt,
  part: z.enum(['test', 'transfer-paper', 'transfer-fit']),
  seconds: nonnegative,
  score,
  predicted: z.base64(),
  environment,
});
