/** What several parts of `report.json` are made of. Pure. */
import { z } from 'zod';

export const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
export const count = z.int().nonnegative();
export const positive = z.int().positive();
export const nonnegative = z.number().nonnegative();
export const share = z.number().min(0).max(1);
export const digest = z.string().regex(/^[0-9a-f]{64}$/);
export const time = z.iso.datetime();

export const score = z.object({
  loss: nonnegative,
  accuracy: share,
  confusion: list(list(count)),
});

export const interval = z.object({
  level: share,
  low: z.number(),
  high: z.number(),
  method: z.string(),
});

export const environment = z.object({
  host: z.string(),
  foldwise: z.string(),
  node: z.string(),
  engine: z.string(),
  tensorflow: z.string(),
  device: z.string(),
  processor: z.string(),
  processorFeatures: list(z.string()),
  threads: positive,
  step: z.string(),
  xla: z.boolean().exactOptional(),
});

/** What the selected model does on a part that it was neither trained nor chosen on. */
export const evaluation = score.extend({
  perClass: list(
    z.object({ class: z.string(), precision: share, recall: share, f1: share, support: count }),
  ),
  interval,
  fold: count,
  attempt: positive,
  worker: z.string(),
  seconds: nonnegative,
  environment,
});

export function isSquare(matrix: readonly (readonly number[])[], size: number): boolean {
  return matrix.length === size && matrix.every((row) => row.length === size);
}
