/** What a record may say of its run; read back through it. Pure. */
import { z } from 'zod';
import { ID_PATTERN } from '../../shared/domain.ts';
import { count, digest, execution, positive } from './result-schema.ts';

const part = z.object({ count, digest });

const dataset = z.object({
  name: z.string(),
  synthetic: z.boolean(),
  classes: z.array(z.string()),
  image: z.object({ height: positive, width: positive, channels: positive }),
  ...{ train: part, test: part },
  limit: positive.exactOptional(),
  holdOut: z.object({ fraction: z.number().gt(0).lt(1), seed: count }).exactOptional(),
  digest,
});

const training = z.object({
  epochs: positive,
  batchSize: positive,
  learningRate: z.number(),
  learningRateSchedule: z.enum(['constant', 'cosine']),
  weightDecay: z.number(),
  dropout: z.number().min(0).lt(1),
});

const plan = z.object({
  run: z.string().regex(ID_PATTERN),
  seed: count,
  k: z.int().min(2),
  stratified: z.boolean(),
  dataset,
  transfer: z
    .object({ name: z.string(), synthetic: z.boolean(), paper: part, fit: part })
    .exactOptional(),
  training,
  architecture: z.string().exactOptional(),
  validation: z.array(z.array(count)),
  ...execution,
});

export const headerSchema = z.object({
  plan,
  settings: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
  foldwise: z.string(),
  ticketKey: z.string().min(1),
});
