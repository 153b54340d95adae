import { z } from 'zod';
import { partSizeBytes } from '../data/part-file.ts';
import type { DatasetInfo } from '../domain.ts';
import type { DatasetInfoInput } from '../generated/foldwise/v1/DatasetInfo.ts';
import { count, digest, MAX_CLASSES, MAX_IMAGES, name, positive } from './bounds.ts';

export const partInfo = z.object({ count: positive(MAX_IMAGES), digest });

/** Node reads no larger file at once. */
const MOST_PART_BYTES = 2 ** 31 - 1;

export const datasetInfo = z
  .object({
    name: name(256),
    synthetic: z.boolean(),
    classes: z.array(name(256)).min(2).max(MAX_CLASSES),
    image: z.object({
      height: positive(4096),
      width: positive(4096),
      channels: positive(4),
    }),
    train: partInfo,
    test: partInfo,
    limit: count(MAX_IMAGES),
    digest,
    holdOut: z
      .object({ fraction: z.number().gt(0).lt(1), seed: count(Number.MAX_SAFE_INTEGER) })
      .nullable(),
  })
  .refine(
    ({ image, train, test }) =>
      partSizeBytes(Math.max(train.count, test.count), image) <= MOST_PART_BYTES,
    `a part has more than ${MOST_PART_BYTES} bytes`,
  )
  .transform(({ limit, holdOut, ...info }): DatasetInfo => ({
    ...info,
    ...(limit === 0 ? {} : { limit }),
    ...(holdOut === null ? {} : { holdOut }),
  }));

export function encodeDatasetInfo(info: DatasetInfo): DatasetInfoInput {
  return { ...info, classes: [...info.classes], limit: info.limit ?? 0 };
}
