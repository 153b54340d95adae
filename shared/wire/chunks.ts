import { crc32 } from 'node:zlib';
import { ProtocolError } from '../errors.ts';
import { CHUNK_BYTES } from './bounds.ts';
import type { Chunk } from './transfers.ts';

/** Cuts bytes into chunks for the wire, from an offset on. */
export function* chunksOf(bytes: Uint8Array, from = 0): Generator<Chunk & { data: Buffer }> {
  for (let offset = from; offset < bytes.byteLength; offset += CHUNK_BYTES) {
    const size = Math.min(CHUNK_BYTES, bytes.byteLength - offset);
    const data = Buffer.from(bytes.buffer, bytes.byteOffset + offset, size);
    yield { offset, data, crc32: crc32(data) };
  }
}

/**
 * Checks that a chunk continues where the last one ended, fits and arrived unharmed.
 * @returns the offset of the chunk that must follow.
 * @throws ProtocolError
 */
export function checkChunk(chunk: Chunk, expectedOffset: number, totalBytes: number): number {
  if (chunk.offset !== expectedOffset) {
    throw new ProtocolError(`chunk at offset ${chunk.offset}, expected ${expectedOffset}`);
  }
  const end = chunk.offset + chunk.data.byteLength;
  if (end > totalBytes) throw new ProtocolError(`more than the ${totalBytes} bytes announced`);
  if (crc32(chunk.data) !== chunk.crc32) {
    throw new ProtocolError(`checksum of the chunk at offset ${chunk.offset} is wrong`);
  }
  return end;
}
