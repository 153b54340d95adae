import { createHash, type Hash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { hashFile } from '../shared/data/digest-file.ts';
import type { Digest } from '../shared/domain.ts';
import { writeFully } from '../shared/durable-files.ts';
import { ProtocolError } from '../shared/errors.ts';
import { checkChunk } from '../shared/wire/chunks.ts';
import type { Chunk } from '../shared/wire/transfers.ts';

export interface Download {
  /** For messages: "the checkpoint of fold 3". */
  readonly what: string;
  /** Grows as the bytes come, and stays where the connection is lost. */
  readonly partial: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
  /** The bytes from an offset on. */
  readonly fetch: (offset: number) => AsyncIterable<Chunk>;
}

/** Bytes that come damaged are fetched again, so often. */
const MOST_REPAIRS = 3;

/**
 * Brings bytes into a file, from where the last try ended; what lies there is hashed again.
 * @returns once all of it is there, verified and synced.
 * @throws ProtocolError where the peer's bytes are not those of the digest, after starting over
 * once, and the file is removed; what `fetch` throws, and what arrived is kept for the next try.
 */
export async function download(wanted: Download): Promise<void> {
  const file = await open(wanted.partial, 'a+');
  try {
    const hash = createHash('sha256');
    const { size } = await file.stat();
    if (size > wanted.sizeBytes) await file.truncate(0);
    const from = size > wanted.sizeBytes ? 0 : await hashFile(file, hash, size);
    if (await receive(wanted, { file, hash, from })) return await file.sync();
    await file.truncate(0);
    const again = { file, hash: createHash('sha256'), from: 0 };
    if (await receive(wanted, again)) return await file.sync();
    throw new ProtocolError(`${wanted.what} arrived damaged: its digest is not ${wanted.digest}`);
  } catch (error) {
    if (error instanceof ProtocolError) await rm(wanted.partial, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

interface Progress {
  readonly file: FileHandle;
  readonly hash: Hash;
  readonly from: number;
}

/** Receives all that is missing. @returns whether the whole has its digest */
async function receive(
  { what, sizeBytes, digest, fetch }: Download,
  { file, hash, from }: Progress,
): Promise<boolean> {
  let offset = from;
  for (let repairs = 0; offset < sizeBytes; repairs += 1) {
    try {
      for await (const chunk of fetch(offset)) {
        const end = checkChunk(chunk, offset, sizeBytes);
        await writeFully(file, chunk.data);
        hash.update(chunk.data);
        offset = end;
      }
      if (offset === sizeBytes) break;
      throw new ProtocolError(`${what} ended after ${offset} of ${sizeBytes} bytes`);
    } catch (error) {
      if (!(error instanceof ProtocolError) || repairs >= MOST_REPAIRS) throw error;
    }
  }
  return hash.digest('hex') === digest;
}
