import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { asDigest, type Digest } from '../domain.ts';

const PIECE_BYTES = 1024 * 1024;

/** SHA-256 of a file, which is not held in memory. */
export async function digestOfFile(name: string): Promise<Digest> {
  const file = await open(name, 'r');
  try {
    const hash = createHash('sha256');
    const { size } = await file.stat();
    await hashFile(file, hash, size);
    return asDigest(hash.digest('hex'));
  } finally {
    await file.close();
  }
}

/** Whether a file is there and has exactly these bytes. */
export async function hasDigest(name: string, digest: Digest): Promise<boolean> {
  try {
    return (await digestOfFile(name)) === digest;
  } catch {
    return false;
  }
}

/**
 * Takes the first bytes of a file into a hash.
 * @returns how many there were, at most `sizeBytes`.
 */
export async function hashFile(
  file: FileHandle,
  hash: Hash,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<number> {
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, Math.max(1, sizeBytes)));
  let at = 0;
  while (at < sizeBytes) {
    signal?.throwIfAborted();
    const most = Math.min(piece.byteLength, sizeBytes - at);
    const { bytesRead } = await file.read(piece, 0, most, at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
  return at;
}
