import { partSizeBytes } from '../shared/data/part-file.ts';
import type { EvaluationAssignment, FoldAssignment, PartInfo } from '../shared/domain.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import { fetchPart } from './models.ts';
import { persistently } from './persist.ts';
import { persistence, type Workplace } from './workplace.ts';

interface Wanted {
  readonly part: DatasetPartName;
  readonly images: PartInfo;
  readonly signal: AbortSignal;
}

/** The file of a part of the data on this machine: what the cache has, or is brought there. */
export async function obtainPart(
  place: Workplace,
  { run, dataset }: FoldAssignment | EvaluationAssignment,
  { part, images, signal }: Wanted,
): Promise<string> {
  const { cache, localData, onState } = place;
  const { digest } = images;
  const sizeBytes = partSizeBytes(images.count, dataset.image);
  return persistently(
    `the download of the ${part} part`,
    (client) =>
      cache.obtain({
        ...{ part, images, dataset },
        ...(localData === undefined ? {} : { localData }),
        fetch: (offset) => fetchPart(client, { run, part, digest, offset }, { sizeBytes, signal }),
        onProgress: onState,
      }),
    persistence(place, signal),
  );
}
