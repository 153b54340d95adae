import { z } from 'zod';
import { DataError } from '../../shared/errors.ts';
import type { ModelMetadata } from './save.ts';

const side = z.int().min(1).max(4096);
const finite = z.number();

const metadata = z.object({
  schema: z.literal(1),
  classes: z
    .array(z.string().min(1).max(1000))
    .min(2)
    .max(256)
    .refine((names) => new Set(names).size === names.length, 'two classes have the same name'),
  dataset: z.object({
    name: z.string().max(1000),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    synthetic: z.boolean(),
    limit: z.int().positive().exactOptional(),
    holdOut: z
      .object({ fraction: z.number().gt(0).lt(1), seed: z.int().nonnegative() })
      .exactOptional(),
  }),
  fold: z.int().nonnegative(),
  seed: z.int().nonnegative(),
  image: z.object({ height: side, width: side, channels: side }),
  normalisation: z.object({ mean: finite, std: finite }),
});

/**
 * What a saved model says of itself.
 *
 * @param model - the content of `model.json`, parsed
 * @param shownAs - names that file in messages
 * @returns nothing where another program than Foldwise saved it
 * @throws {DataError} for metadata of Foldwise that break their form
 */
export function readMetadata(model: unknown, shownAs: string): ModelMetadata | undefined {
  const found = foldwiseKey(model);
  if (found === undefined) return undefined;
  const parsed = metadata.safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = ['userDefinedMetadata', 'foldwise', ...(issue?.path ?? [])].join('.');
  throw new DataError(
    `${shownAs} says nothing of use about its model: ${key}: ${issue?.message ?? 'invalid'}`,
  );
}

const holder = z.object({ userDefinedMetadata: z.object({ foldwise: z.unknown() }) });

function foldwiseKey(model: unknown): unknown {
  const parsed = holder.safeParse(model);
  return parsed.success ? parsed.data.userDefinedMetadata.foldwise : undefined;
}
