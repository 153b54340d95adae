import { createHash, randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetInfo, PartInfo } from '../shared/domain.ts';
import { loadDataset } from '../shared/data/load.ts';
import { encodePart, partSizeBytes } from '../shared/data/part-file.ts';
import { makeFolder, syncDirectory, writeFully } from '../shared/durable-files.ts';
import { ProtocolError, UsageError } from '../shared/errors.ts';
import { checkChunk } from '../shared/wire/chunks.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import type { Chunk } from '../shared/wire/transfers.ts';

export interface PartSource {
  readonly part: DatasetPartName;
  /** What the part must be. */
  readonly images: PartInfo;
  readonly dataset: DatasetInfo;
  /** A folder of the user's that may hold the same data. */
  readonly localData?: string;
  /** Fetches the part from the coordinator, from its first byte on. */
  readonly fetch: () => AsyncIterable<Chunk>;
  readonly onProgress: (message: string) => void;
}

/**
 * The parts of datasets that this machine has seen, each a file named by its digest. Several
 * workers may share the folder: files appear whole or not at all.
 */
export class DatasetCache {
  readonly #folder: string;

  constructor(cacheDir: string) {
    this.#folder = path.join(cacheDir, 'datasets');
  }

  /**
   * The path of a file with exactly the bytes of the part, from the cache, the user's folder or
   * the coordinator, in this order.
   * @throws ProtocolError where the coordinator's bytes are not those of the digest.
   */
  async obtain(source: PartSource): Promise<string> {
    const { images: info } = source;
    const file = path.join(this.#folder, `${info.digest}.part`);
    if (await hasDigest(file, info)) return file;
    await makeFolder(this.#folder);
    const local = await localBytes(source);
    if (local !== null) {
      await this.#store(file, info, sizeOf(source), [{ offset: 0, data: local }]);
      return file;
    }
    source.onProgress(`fetching the ${source.part} part of the data`);
    await this.#store(file, info, sizeOf(source), checked(source.fetch(), sizeOf(source)));
    return file;
  }

  async #store(
    file: string,
    { digest }: PartInfo,
    sizeBytes: number,
    pieces: AsyncIterable<Piece> | Iterable<Piece>,
  ): Promise<void> {
    const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
    const hash = createHash('sha256');
    let writtenBytes = 0;
    const handle = await open(partial, 'w');
    try {
      try {
        for await (const { data } of pieces) {
          await writeFully(handle, data);
          hash.update(data);
          writtenBytes += data.byteLength;
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (writtenBytes !== sizeBytes || hash.digest('hex') !== digest) {
        throw new ProtocolError(
          `the dataset arrived damaged (${writtenBytes} of ${sizeBytes} bytes)`,
        );
      }
      await rename(partial, file);
      await syncDirectory(this.#folder);
    } finally {
      await rm(partial, { force: true });
    }
  }
}

type Piece = Pick<Chunk, 'offset' | 'data'>;

async function* checked(chunks: AsyncIterable<Chunk>, totalBytes: number): AsyncGenerator<Chunk> {
  let offset = 0;
  for await (const chunk of chunks) {
    offset = checkChunk(chunk, offset, totalBytes);
    yield chunk;
  }
}

function sizeOf({ dataset, images }: PartSource): number {
  return partSizeBytes(images.count, dataset.image);
}

async function hasDigest(file: string, { digest }: PartInfo): Promise<boolean> {
  try {
    return (
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex') === digest
    );
  } catch {
    return false;
  }
}

/** The part from the user's folder, where it is the same to the byte. */
async function localBytes(source: PartSource): Promise<Uint8Array | null> {
  const { localData, dataset, part, images, onProgress } = source;
  if (localData === undefined || (part !== 'train' && part !== 'test')) return null;
  // Splitting it off again, from decoded pictures maybe, takes longer than fetching it.
  if (dataset.holdOut !== undefined) return null;
  try {
    const local = await loadDataset({ data: localData, limit: dataset.limit });
    if (local.info[part].digest === images.digest) return encodePart(local.dataset[part]);
    onProgress(`${localData} holds other data than this run: fetching from the coordinator`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    onProgress(`${error.message}: fetching from the coordinator`);
  }
  return null;
}
