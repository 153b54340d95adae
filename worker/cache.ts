import { randomBytes } from 'node:crypto';
import { rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { hasDigest } from '../shared/data/digest-file.ts';
import { loadDataset } from '../shared/data/load.ts';
import { encodePart, partSizeBytes } from '../shared/data/part-file.ts';
import type { DatasetInfo, PartInfo } from '../shared/domain.ts';
import { makeFolder, syncDirectory } from '../shared/durable-files.ts';
import { asError, UsageError } from '../shared/errors.ts';
import { chunksOf } from '../shared/wire/chunks.ts';
import type { DatasetPartName } from '../shared/wire/enums.ts';
import type { Chunk } from '../shared/wire/transfers.ts';
import { download } from './download.ts';
import { statusOf } from './persist.ts';
import { prune } from './prune.ts';

export interface PartSource {
  readonly part: DatasetPartName;
  /** What the part must be. */
  readonly images: PartInfo;
  readonly dataset: DatasetInfo;
  /** A folder of the user's that may hold the same data. */
  readonly localData?: string;
  /** Fetches the part from the coordinator, from an offset on. */
  readonly fetch: (offset: number) => AsyncIterable<Chunk>;
  readonly onProgress: (message: string) => void;
}

export interface CacheLimits {
  /** Of those used longest ago, so many go that no more bytes are left than this. */
  readonly mostBytes: number;
}

const LIMITS: CacheLimits = { mostBytes: 10 * 1024 ** 3 };

/**
 * The parts of datasets that this machine has seen, each a file named by its digest. Several
 * workers may share the folder: files appear whole or not at all.
 */
export class DatasetCache {
  readonly #folder: string;
  readonly #limits: CacheLimits;
  /** Of the files on their way, which nobody else touches. */
  readonly #mark = randomBytes(6).toString('hex');
  readonly #underWay = new Map<string, Promise<string>>();

  constructor(cacheDir: string, limits: CacheLimits = LIMITS) {
    this.#folder = path.join(cacheDir, 'datasets');
    this.#limits = limits;
  }

  /**
   * The path of a file with exactly the bytes of the part, from the cache, the user's folder or
   * the coordinator, in this order. Goes on where a call that was lost ended.
   * @throws ProtocolError where the coordinator's bytes are not those of the digest; what `fetch`
   * throws.
   */
  async obtain(source: PartSource): Promise<string> {
    const { digest } = source.images;
    const others = this.#underWay.get(digest);
    if (others !== undefined) return others;
    const bringing = this.#bring(source).finally(() => this.#underWay.delete(digest));
    this.#underWay.set(digest, bringing);
    return bringing;
  }

  async #bring(source: PartSource): Promise<string> {
    const { digest } = source.images;
    const file = path.join(this.#folder, `${digest}.part`);
    if (await hasDigest(file, digest)) {
      // The most recently used are kept.
      const now = new Date();
      await utimes(file, now, now).catch(() => undefined);
      return file;
    }
    await makeFolder(this.#folder);
    await this.#fetch(source, file);
    await prune(this.#folder, { ...this.#limits, nowMs: Date.now() });
    return file;
  }

  async #fetch(source: PartSource, file: string): Promise<void> {
    const { part, images, dataset, onProgress } = source;
    const partial = `${file}.${this.#mark}.partial`;
    const local = await localBytes(source);
    if (local === null) onProgress(`fetching the ${part} part of the data`);
    try {
      await download({
        what: `the ${part} part of the data`,
        ...{ partial, digest: images.digest },
        sizeBytes: partSizeBytes(images.count, dataset.image),
        fetch: local === null ? source.fetch : (offset) => later(chunksOf(local, offset)),
      });
      await rename(partial, file);
      await syncDirectory(this.#folder);
    } catch (error) {
      // After a lost connection the next try goes on from there.
      if (statusOf(asError(error)) === undefined) await rm(partial, { force: true });
      throw error;
    }
  }
}

async function* later(chunks: Iterable<Chunk>): AsyncGenerator<Chunk> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
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
