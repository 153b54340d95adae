import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { hashFile } from '../../shared/data/digest-file.ts';
import type { Digest } from '../../shared/domain.ts';
import { hasCode, makeFolder, writeFully } from '../../shared/durable-files.ts';
import { ProtocolError } from '../../shared/errors.ts';
import { checkChunk, DamagedBytes, MissingBytes } from '../../shared/wire/chunks.ts';
import type { Chunk } from '../../shared/wire/transfers.ts';
import { onDisk } from './storage.ts';
import type { Turn } from './turns.ts';

/**
 * A file on its way in. What arrives is in it chunk by chunk, and stays when the call breaks; the
 * next call goes on where it says, after which all that lies there is hashed again.
 */
export class IncomingFile {
  readonly #name: string;
  readonly #digest: Digest;
  readonly #sizeBytes: number;
  readonly #turn: Turn;
  readonly #hash = createHash('sha256');
  #file: FileHandle | null = null;
  #storedBytes = 0;

  constructor(
    name: string,
    { digest, sizeBytes }: { readonly digest: Digest; readonly sizeBytes: number },
    turn: Turn,
  ) {
    this.#name = name;
    this.#digest = digest;
    this.#sizeBytes = sizeBytes;
    this.#turn = turn;
  }

  /** Aborted when a newer call has taken over. */
  get signal(): AbortSignal {
    return this.#turn.signal;
  }

  /** True once a chunk came. */
  get hasBegun(): boolean {
    return this.#file !== null;
  }

  /**
   * @throws MissingBytes where the first chunk begins after what is there; ProtocolError where it
   * does not follow the one before; DamagedBytes where it was harmed; DiskFull, after which nothing of the file is left; StorageFailure
   */
  async write(chunk: Chunk): Promise<void> {
    const file = this.#file ?? (await this.#goOn(chunk.offset));
    const end = checkChunk(chunk, this.#storedBytes, this.#sizeBytes);
    await this.#orDrop(() => writeFully(file, chunk.data));
    this.#hash.update(chunk.data);
    this.#storedBytes = end;
  }

  /**
   * Verifies the whole and waits until the disk has it.
   * @returns where it lies.
   * @throws ProtocolError where the upload ended early; MissingBytes where it took more to be here
   * than there is, an older call having begun anew meanwhile; DamagedBytes where the digest is another,
   * after which nothing of the file is left; DiskFull, StorageFailure
   */
  async complete(): Promise<string> {
    const { hasBegun } = this;
    const file = this.#file ?? (await this.#goOn(null));
    const [stored, size] = [this.#storedBytes, this.#sizeBytes];
    if (stored !== size && !hasBegun) {
      throw new MissingBytes(`nothing was uploaded, but only ${stored} of ${size} bytes are here`);
    }
    if (stored !== size) {
      throw new ProtocolError(`the upload ended after ${stored} of ${size} bytes`);
    }
    if (this.#hash.digest('hex') !== this.#digest) {
      await this.#drop();
      throw new DamagedBytes('what was uploaded differs from its digest: begin again');
    }
    await this.#orDrop(() => file.sync());
    return this.#name;
  }

  /** Lets the next call have its turn; what arrived stays. */
  async close(): Promise<void> {
    try {
      await this.#file?.close();
    } finally {
      this.#turn.end();
    }
  }

  /** @param offset - where the first chunk begins; null to take what is there for the whole */
  async #goOn(offset: number | null): Promise<FileHandle> {
    const file = await onDisk(() => openToAppend(this.#name));
    this.#file = file;
    const { size } = await onDisk(() => file.stat());
    const from = offset ?? Math.min(size, this.#sizeBytes);
    if (from > size) {
      throw new MissingBytes(`the upload goes on at ${from}, but only ${size} bytes are here`);
    }
    if (size > from) await onDisk(() => file.truncate(from));
    this.#storedBytes = await onDisk(() => hashFile(file, this.#hash, from, this.signal));
    return file;
  }

  /** A full disk is not filled with halves. */
  async #orDrop(work: () => Promise<void>): Promise<void> {
    try {
      await onDisk(work);
    } catch (error) {
      await this.#drop();
      throw error;
    }
  }

  async #drop(): Promise<void> {
    await this.#file?.truncate(0).catch(() => undefined);
    await rm(this.#name, { force: true });
  }
}

/** Writes go to the end, reads anywhere. */
async function openToAppend(name: string): Promise<FileHandle> {
  try {
    return await open(name, 'a+');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await makeFolder(path.dirname(name));
    return open(name, 'a+');
  }
}
