import { DataError } from '../errors.ts';
import { describeBytes } from './describe-bytes.ts';

/**
 * The IDX format of MNIST and Fashion-MNIST (http://yann.lecun.com/exdb/mnist): a big-endian magic
 * number, the dimensions, the bytes. Pure.
 */
export type IdxKind = 'images' | 'labels';

export interface IdxHeader {
  readonly count: number;
  /** 1 for labels. */
  readonly height: number;
  readonly width: number;
  readonly headerBytes: number;
  /** Header and body. */
  readonly totalBytes: number;
}

/** More than this a single file may not claim: 22 times Fashion-MNIST. */
export const MAX_FILE_BYTES = 2 ** 30;
const MAX_SIDE = 1024;

const MAGIC = { images: 0x00000803, labels: 0x00000801 } as const;
const HEADER_BYTES = { images: 16, labels: 8 } as const;

export const idxHeaderBytes = (kind: IdxKind): number => HEADER_BYTES[kind];

/**
 * Reads and checks the header at the beginning of `bytes`.
 *
 * @param file - named in messages
 * @throws DataError for another magic number, a header cut short, no images, or absurd sizes
 */
export function parseIdxHeader(bytes: Uint8Array, kind: IdxKind, file: string): IdxHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint32(0) !== MAGIC[kind]) {
    throw new DataError(
      `${file} is not IDX ${kind}: expected to begin with the magic number ${hex(MAGIC[kind])}, ` +
        `found ${describeBytes(bytes)}; put the right file there`,
    );
  }
  const headerBytes = HEADER_BYTES[kind];
  if (bytes.length < headerBytes) {
    throw new DataError(
      `${file} is cut short: expected a header of ${headerBytes} bytes, got ${bytes.length}; ` +
        'fetch it again',
    );
  }
  const count = view.getUint32(4);
  const [height, width] =
    kind === 'images' ? [view.getUint32(8), view.getUint32(12)] : ([1, 1] as const);
  const header = {
    count,
    height,
    width,
    headerBytes,
    totalBytes: headerBytes + count * height * width,
  };
  checkSizes(header, kind, file);
  return header;
}

function checkSizes(
  { count, height, width, totalBytes }: IdxHeader,
  kind: IdxKind,
  file: string,
): void {
  if (count === 0) throw new DataError(`${file} holds no ${kind}: expected at least one`);
  const isSide = (side: number): boolean => side >= 1 && side <= MAX_SIDE;
  if (!isSide(height) || !isSide(width)) {
    throw new DataError(
      `${file} claims images of ${height}×${width}: expected 1 to ${MAX_SIDE} pixels a side`,
    );
  }
  if (totalBytes > MAX_FILE_BYTES) {
    throw new DataError(
      `${file} claims ${count} ${kind} in ${totalBytes} bytes: at most ${MAX_FILE_BYTES} are read`,
    );
  }
}

/** A file's bytes: its header, then the body as it is. */
export function encodeIdx(
  kind: IdxKind,
  { count, height, width }: Pick<IdxHeader, 'count' | 'height' | 'width'>,
  body: Uint8Array,
): Uint8Array {
  const headerBytes = HEADER_BYTES[kind];
  const bytes = new Uint8Array(headerBytes + body.length);
  const words = [MAGIC[kind], count, height, width].slice(0, headerBytes / 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(4 * index, word));
  bytes.set(body, headerBytes);
  return bytes;
}

/** The error of a file whose length is not what its header says. */
export function wrongLength(
  header: IdxHeader,
  kind: IdxKind,
  file: string,
  got: string,
): DataError {
  const { count, height, width, totalBytes } = header;
  const what = kind === 'images' ? `${count} images of ${height}×${width}` : `${count} labels`;
  return new DataError(
    `${file} has the wrong length: its header promises ${what}, ${totalBytes} bytes in all, ` +
      `but it holds ${got}; fetch it again`,
  );
}

const hex = (magic: number): string => `0x${magic.toString(16).padStart(8, '0')}`;
