import type { EvaluationAssignment, FoldAssignment, PartInfo } from '../shared/domain.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import { encodeDatasetRequest } from '../shared/wire/transfers.ts';
import type { Workplace } from './assignment.ts';
import { chunksFrom } from './models.ts';
import { persistently } from './persist.ts';

interface Wanted {
  readonly part: DatasetPartName;
  readonly images: PartInfo;
  readonly signal: AbortSignal;
}

/** The file of a part of the data on this machine: what the cache has, or is brought there. */
export async function obtainPart(
  { connection, cache, localData, onState }: Workplace,
  { run, dataset }: FoldAssignment | EvaluationAssignment,
  { part, images, signal }: Wanted,
): Promise<string> {
  const { digest } = images;
  const request = encodeDatasetRequest({ run, part, digest, offset: 0 });
  return persistently(
    `the download of the ${part} part`,
    (client) =>
      cache.obtain({
        ...{ part, images, dataset },
        ...(localData === undefined ? {} : { localData }),
        fetch: () => chunksFrom(client.fetchDataset(request)),
        onProgress: onState,
      }),
    { connection, signal, onInterruption: onState },
  );
}
