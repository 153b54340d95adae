import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CheckpointInfo, Digest, WorkerId } from '../../shared/domain.ts';
import { hasCode, makeFolder, syncDirectory } from '../../shared/durable-files.ts';
import type { Incoming } from './incoming.ts';
import { openFiles, type Source } from './source.ts';
import { entriesOf, Staging, type IsLive, type StagedUpload } from './staging.ts';
import { onDisk } from './storage.ts';

/** A checkpoint, and of which attempt it is. */
export interface UploadedCheckpoint {
  readonly worker: WorkerId;
  readonly fold: number;
  readonly attempt: number;
  readonly info: CheckpointInfo;
}

/**
 * The checkpoints of a run: `checkpoints/fold-<i>/<digest>.state` below its output folder. What has
 * its name there is whole.
 */
export class CheckpointStore {
  readonly #root: string;
  readonly #staging: Staging;

  constructor(outDir: string) {
    this.#root = path.join(outDir, 'checkpoints');
    this.#staging = new Staging(path.join(outDir, '.staging', 'checkpoints'));
  }

  #folderOf = (fold: number): string => path.join(this.#root, `fold-${fold}`);
  #fileOf = (fold: number, digest: Digest): string =>
    path.join(this.#folderOf(fold), `${digest}.state`);

  /** How much of an upload is there: all, where the checkpoint is stored. */
  async storedBytes(upload: UploadedCheckpoint): Promise<number> {
    // In this order: it may get its place in between.
    const arrivedBytes = await this.#staging.storedBytes(stagedOf(upload));
    return (await this.has(upload.fold, upload.info)) ? upload.info.sizeBytes : arrivedBytes;
  }

  /** @throws Superseded; what the disk says */
  async receive(upload: UploadedCheckpoint, isLive: IsLive): Promise<Incoming> {
    const { fold, info } = upload;
    const incoming = await this.#staging.receive(stagedOf(upload), isLive);
    return {
      signal: incoming.signal,
      write: (chunk) => incoming.write(chunk),
      commit: async () => {
        // Its answer was lost, or another attempt has stored the same.
        if (!incoming.hasBegun && (await this.has(fold, info))) return;
        const file = await incoming.complete();
        await onDisk(() => this.#store(fold, info.digest, file));
      },
      close: () => incoming.close(),
    };
  }

  async #store(fold: number, digest: Digest, file: string): Promise<void> {
    const folder = this.#folderOf(fold);
    await makeFolder(folder);
    await rename(file, this.#fileOf(fold, digest));
    for (const changed of [folder, this.#root, path.dirname(this.#root)]) {
      await syncDirectory(changed);
    }
  }

  async has(fold: number, { digest, sizeBytes }: CheckpointInfo): Promise<boolean> {
    try {
      return (await stat(this.#fileOf(fold, digest))).size === sizeBytes;
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  /** Its bytes; null where there is no such checkpoint. The caller closes it. */
  open(fold: number, digest: Digest): Promise<Source | null> {
    return openFiles([this.#fileOf(fold, digest)]);
  }

  /** Removes checkpoints that are no longer needed. */
  async drop(fold: number, digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) await rm(this.#fileOf(fold, digest), { force: true });
  }

  /** Removes all that no fact of the record names; before workers are let in. */
  async sweep(keep: ReadonlyMap<number, readonly Digest[]>): Promise<void> {
    for (const entry of await entriesOf(this.#root)) {
      const folder = path.join(this.#root, entry);
      const digests = keep.get(Number(/^fold-(\d+)$/.exec(entry)?.[1]));
      if (digests === undefined) {
        await rm(folder, { recursive: true, force: true });
        continue;
      }
      const names = new Set(digests.map((digest) => `${digest}.state`));
      for (const name of await entriesOf(folder)) {
        if (!names.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
      }
    }
  }

  /** Removes everything, what is on its way in too: at the end of a run. */
  async clear(): Promise<void> {
    await rm(this.#root, { recursive: true, force: true });
  }
}

function stagedOf({ info, ...of }: UploadedCheckpoint): StagedUpload {
  return { ...of, digest: info.digest, sizeBytes: info.sizeBytes };
}
