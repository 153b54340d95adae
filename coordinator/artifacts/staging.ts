import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { asWorkerId, type Digest, type WorkerId } from '../../shared/domain.ts';
import { hasCode } from '../../shared/durable-files.ts';
import type { AttemptId } from '../../shared/wire/results.ts';
import { IncomingFile } from './incoming-file.ts';
import { onDisk } from './storage.ts';
import { Turns } from './turns.ts';

/** What is on its way in, and of which attempt. */
export interface StagedUpload {
  readonly worker: WorkerId;
  readonly fold: number;
  readonly attempt: number;
  /** SHA-256 of the whole. */
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export type IsLive = (worker: WorkerId, id: AttemptId) => boolean;

/**
 * Files that arrive in pieces, maybe in several calls and under several coordinators: each is known
 * by its attempt and digest, and its name alone says so. At most one that is not under way stays of
 * an attempt.
 */
export class Staging {
  readonly #folder: string;
  readonly #turns = new Turns();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** How much of an upload is there. */
  async storedBytes(upload: StagedUpload): Promise<number> {
    try {
      const { size } = await stat(this.#fileOf(upload));
      return Math.min(size, upload.sizeBytes);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return 0;
      throw error;
    }
  }

  /**
   * Takes an upload over from whoever sends it now.
   * @throws Superseded where an even newer call came in the meantime
   */
  async receive(upload: StagedUpload, isLive: IsLive): Promise<IncomingFile> {
    const file = this.#fileOf(upload);
    const turn = await this.#turns.take(file);
    try {
      await onDisk(() => this.#sweep(upload, isLive));
    } catch (error) {
      turn.end();
      throw error;
    }
    return new IncomingFile(file, upload, turn);
  }

  /** Removes what attempts that are over left behind, and what this one began before. */
  async #sweep(current: StagedUpload, isLive: IsLive): Promise<void> {
    for (const name of await entriesOf(this.#folder)) {
      const file = path.join(this.#folder, name);
      if (this.#turns.isTaken(file)) continue;
      const of = attemptOf(name);
      const isOlder = of !== null && isSame(of, current);
      if (of !== null && !isOlder && isLive(of.worker, { task: 'fold', ...of })) continue;
      await rm(file, { force: true });
    }
  }

  #fileOf({ worker, fold, attempt, digest }: StagedUpload): string {
    return path.join(this.#folder, `fold-${fold}.attempt-${attempt}.${worker}.${digest}.partial`);
  }
}

type Of = Pick<StagedUpload, 'worker' | 'fold' | 'attempt'>;

const NAME = /^fold-(\d+)\.attempt-(\d+)\.([a-z0-9_-]+)\.[0-9a-f]{64}\.partial$/;

function attemptOf(name: string): Of | null {
  const [, fold, attempt, worker] = NAME.exec(name) ?? [];
  if (worker === undefined) return null;
  return { fold: Number(fold), attempt: Number(attempt), worker: asWorkerId(worker) };
}

const isSame = (one: Of, other: Of): boolean =>
  one.worker === other.worker && one.fold === other.fold && one.attempt === other.attempt;

/** The names in a folder; none where it does not exist. */
export async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Whatever else has the name of a folder that is about to be made. */
export async function removeUnlessFolder(place: string): Promise<void> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory() !== true) await rm(place, { force: true });
}
