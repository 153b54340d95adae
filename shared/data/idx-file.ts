import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asError, DataError } from '../errors.ts';
import { errorCode, fileProblem } from './file-problem.ts';
import { idxHeaderBytes, parseIdxHeader, wrongLength } from './idx-format.ts';
import type { IdxHeader, IdxKind } from './idx-format.ts';
import { regularFileSize } from './regular-file.ts';

export interface IdxFile {
  readonly header: IdxHeader;
  /** [count, height, width] or [count]. */
  readonly body: Uint8Array;
}

const CHUNK_BYTES = 2 ** 20;

/**
 * Reads an IDX file, gzipped or not: its first bytes tell, not its name. Memory follows what the
 * file really holds, and reading stops where that exceeds what the header promises.
 *
 * @throws DataError with one sentence on whatever is wrong with the file
 */
export async function readIdxFile(path: string, kind: IdxKind): Promise<IdxFile> {
  try {
    const sizeBytes = await regularFileSize(path);
    const isGzip = await startsLikeGzip(path);
    // How much gzip data would hold in the end is not worth finding out.
    const excess = isGzip ? 'more' : `${sizeBytes}`;
    return await collect(contentOf(path, isGzip), { kind, path, excess });
  } catch (thrown) {
    if (thrown instanceof DataError) throw thrown;
    throw damagedGzip(asError(thrown), path) ?? fileProblem(thrown, path);
  }
}

async function startsLikeGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The file's bytes, unpacked. Whoever stops reading early closes the file. */
function contentOf(path: string, isGzip: boolean): AsyncIterable<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!isGzip) return source;
  // Errors reach the reader of the returned stream, so there is nothing left for the callback.
  return pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}

interface Reading {
  readonly kind: IdxKind;
  readonly path: string;
  /** How many bytes there are where there are too many. */
  readonly excess: string;
}

async function collect(source: AsyncIterable<Uint8Array>, reading: Reading): Promise<IdxFile> {
  const { kind, path, excess } = reading;
  const chunks: Uint8Array[] = [];
  let header: IdxHeader | null = null;
  let sizeBytes = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (header === null && sizeBytes >= idxHeaderBytes(kind)) {
      header = parseIdxHeader(joined(chunks, sizeBytes), kind, path);
    }
    if (header !== null && sizeBytes > header.totalBytes) {
      throw wrongLength(header, kind, path, excess);
    }
  }
  const bytes = joined(chunks, sizeBytes);
  header ??= parseIdxHeader(bytes, kind, path);
  if (sizeBytes < header.totalBytes) throw wrongLength(header, kind, path, `${sizeBytes}`);
  return { header, body: bytes.subarray(header.headerBytes) };
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function damagedGzip(error: Error, path: string): DataError | null {
  const code = errorCode(error);
  if (!code.startsWith('Z_')) return null;
  const how = code === 'Z_BUF_ERROR' ? 'is cut short' : 'is damaged';
  return new DataError(`${path} ${how} as gzip data (${error.message}); fetch it again`, {
    cause: error,
  });
}
