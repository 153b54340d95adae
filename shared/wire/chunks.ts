import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { ProtocolError } from '../errors.ts';
import { CHUNK_BYTES } from './bounds.ts';
import type { Chunk } from './transfers.ts';

/** A chunk whose bytes the wire takes as they are. */
export type OutgoingChunk = Chunk & { readonly data: Buffer };

/** Cuts bytes into chunks for the wire, from an offset on. */
export function* chunksOf(bytes: Uint8Array, from = 0): Generator<OutgoingChunk> {
  for (let offset = from; offset < bytes.byteLength; offset += CHUNK_BYTES) {
    const size = Math.min(CHUNK_BYTES, bytes.byteLength - offset);
    const data = Buffer.from(bytes.buffer, bytes.byteOffset + offset, size);
    yield { offset, data, crc32: crc32(data) };
  }
}

export interface FileRange {
  /** Where in the file to begin. */
  readonly from: number;
  /** What the file is to have; one that is shorter ends the chunks early. */
  readonly sizeBytes: number;
  /** What the file's first byte counts as on the wire. */
  readonly offset?: number;
}

/** Reads a file into chunks for the wire, one at a time. */
export async function* fileChunks(
  file: FileHandle,
  { from, sizeBytes, offset = 0 }: FileRange,
): AsyncGenerator<OutgoingChunk> {
  for (let at = from; at < sizeBytes;) {
    const most = Math.min(CHUNK_BYTES, sizeBytes - at);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(most), 0, most, at);
    if (bytesRead === 0) return;
    const data = buffer.subarray(0, bytesRead);
    yield { offset: offset + at, data, crc32: crc32(data) };
    at += bytesRead;
  }
}

/** Bytes are not those that were sent; sending them again may help. */
export class DamagedBytes extends ProtocolError {}

/** Bytes before these are missing; asking again how many there are may help. */
export class MissingBytes extends ProtocolError {}

/**
 * Checks that a chunk continues where the last one ended, fits and arrived unharmed.
 * @returns the offset of the chunk that must follow.
 * @throws DamagedBytes where its checksum is wrong; ProtocolError otherwise
 */
export function checkChunk(chunk: Chunk, expectedOffset: number, totalBytes: number): number {
  const { offset, data } = chunk;
  if (offset !== expectedOffset) {
    throw new ProtocolError(`chunk at offset ${offset}, expected ${expectedOffset}`);
  }
  if (data.byteLength === 0) throw new ProtocolError(`the chunk at offset ${offset} is empty`);
  const end = offset + data.byteLength;
  if (end > totalBytes) throw new ProtocolError(`more than the ${totalBytes} bytes announced`);
  if (crc32(data) !== chunk.crc32) {
    throw new DamagedBytes(`checksum of the chunk at offset ${offset} is wrong`);
  }
  return end;
}
