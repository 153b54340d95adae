import { encodePart } from '../../shared/data/part-file.ts';
import type { DatasetPart } from '../../shared/domain.ts';
import { chunksOf } from '../../shared/wire/chunks.ts';
import type { Source } from '../artifacts/source.ts';

/** The bytes of a part as they are sent. */
export type PartBytes = (images: DatasetPart) => Source;

/** Each part is made into bytes once, not for each worker: they may all come at the same time. */
export function createPartBytes(): PartBytes {
  const encoded = new Map<DatasetPart, Uint8Array>();
  return (images) => {
    const bytes = encoded.get(images) ?? encodePart(images);
    encoded.set(images, bytes);
    return {
      sizeBytes: bytes.byteLength,
      chunks: (from) => chunksOf(bytes, from),
      close: () => Promise.resolve(),
    };
  };
}
